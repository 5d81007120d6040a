import { catalogue, eventTypes } from '@kanalblick/stream'

/** Event types of the merchant's own books. Everything else explains behaviour. */
export const bookTypes = eventTypes.filter((type) => catalogue[type].purpose === 'order_statistics')
