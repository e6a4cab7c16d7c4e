package io.gpusnapshot.storage;

import java.util.List;
import java.util.Optional;

/**
 * One page of a listing.
 *
 * @param objects in ascending byte order of their keys
 * @param next what to pass as {@link ListOptions#startAfter()} for the next page; empty after the last one
 */
public record StoragePage(List<StorageObject> objects, Optional<String> next) {
    public StoragePage {
        objects = List.copyOf(objects);
    }
}
