package io.gpusnapshot.model;

/**
 * What one of the stores that a restore read from has contributed.
 *
 * @param store the store, as it names itself
 * @param bytesFetched encoded bytes that it delivered
 * @param failures how often it failed to deliver, or delivered something else than it should
 */
public record ReplicaReport(String store, long bytesFetched, long failures) {}
