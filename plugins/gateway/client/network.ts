interface Network {
  addEventListener?(name: 'online', hear: () => void): void
  removeEventListener?(name: 'online', hear: () => void): void
}

/** Hears when a browser's network is back. @returns a function that ends it */
export function hearOfNetwork(isBack: () => void): () => void {
  const network = globalThis as unknown as Network
  network.addEventListener?.('online', isBack)
  return () => network.removeEventListener?.('online', isBack)
}
