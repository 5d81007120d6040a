/** The access package of Art. 15 GDPR: a copy of everything, and an explanation of it. */
export * from './input.ts'
export { type AccessManifest, type ManifestFile, type ManifestStore, missingStores } from './manifest.ts'
export { type AccessZip, zipAccessPackage } from './zip.ts'
