package io.gpusnapshot.storage.b2.emulator;

import java.util.Map;

/**
 * A request that was answered.
 *
 * @param path without its query
 * @param name of the file, or the prefix of a listing; empty when there is neither
 * @param headers in whatever case; {@code Authorization} is left out
 * @param status of the answer, whether or not the client got it
 */
public record RecordedRequest(
        String method, Operation operation, String path, String name, Map<String, String> headers, int status) {}
