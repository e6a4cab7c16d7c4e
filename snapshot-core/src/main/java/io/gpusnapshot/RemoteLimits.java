package io.gpusnapshot;

/**
 * How much of a host a job may take.
 *
 * @param parallelism threads that work on content; 0 leaves it to the host
 * @param memoryBytes room for all buffers
 * @param maxConnections most requests to the store at once
 */
record RemoteLimits(int parallelism, long memoryBytes, int maxConnections) {}
