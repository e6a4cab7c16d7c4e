package io.gpusnapshot.storage;

import java.util.Optional;

/**
 * Which objects to list.
 *
 * @param prefix what keys must start with; empty for all
 * @param startAfter list only keys greater than this one
 * @param limit most objects a page may hold, 1 to 1000
 */
public record ListOptions(String prefix, Optional<String> startAfter, int limit) {
    /** The page size that all stores accept. */
    public static final int MAX_LIMIT = 1000;

    public ListOptions {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", but is " + limit);
        }
    }

    /** The first page below a prefix, of the greatest size. */
    public static ListOptions ofPrefix(String prefix) {
        return new ListOptions(prefix, Optional.empty(), MAX_LIMIT);
    }

    public ListOptions withStartAfter(String key) {
        return new ListOptions(prefix, Optional.of(key), limit);
    }
}
