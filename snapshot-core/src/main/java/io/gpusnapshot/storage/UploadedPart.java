package io.gpusnapshot.storage;

import java.util.Optional;

/**
 * What the sender of a part knows of it afterwards.
 *
 * @param number number of the part, from 1
 * @param lengthBytes bytes sent
 * @param sha1 SHA-1 of the bytes sent, in lower-case hex, if the request had a header for it
 * @param entityTag {@code ETag} of the store's answer, if it had one
 */
public record UploadedPart(int number, long lengthBytes, Optional<String> sha1, Optional<String> entityTag) {}
