export declare const eventDocs: () => string
export declare const writtenEventDocs: () => string
