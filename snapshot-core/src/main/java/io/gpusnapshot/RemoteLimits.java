package io.gpusnapshot;

import io.gpusnapshot.internal.transfer.TransferLimits;

/**
 * How much of a host a job may take.
 *
 * @param parallelism threads that work on content; 0 leaves it to the host
 * @param memoryBytes room for all buffers
 * @param transfer what it may take of the network
 */
record RemoteLimits(int parallelism, long memoryBytes, TransferLimits transfer) {}
