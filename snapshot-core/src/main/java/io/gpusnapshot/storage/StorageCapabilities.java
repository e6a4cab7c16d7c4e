package io.gpusnapshot.storage;

/**
 * What a store can do.
 *
 * @param atomicIfAbsent whether exactly one of several concurrent if-absent puts wins; where it is false the provider
 *     checks before it puts, which leaves a window
 * @param retriesInternally whether the provider repeats failed calls by itself, so that nobody wraps it in retries
 * @param advisedConcurrency number of calls at once that suits this store as a start, at least 1
 */
public record StorageCapabilities(boolean atomicIfAbsent, boolean retriesInternally, int advisedConcurrency) {}
