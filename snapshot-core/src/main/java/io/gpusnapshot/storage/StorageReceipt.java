package io.gpusnapshot.storage;

import java.util.Optional;

/**
 * What a store answered to a put.
 *
 * @param lengthBytes stored length
 * @param version the store's name for this version of the object (B2 file id, S3 version id), where it has one
 * @param entityTag the store's tag of the content (S3 ETag, B2 SHA-1), where it has one
 */
public record StorageReceipt(long lengthBytes, Optional<String> version, Optional<String> entityTag) {}
