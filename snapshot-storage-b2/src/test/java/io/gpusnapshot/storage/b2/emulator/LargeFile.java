package io.gpusnapshot.storage.b2.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parts of a large file until it is finished. Thread-safe. Once it is closed, by a finish or a cancel, nothing is
 * added any more.
 */
final class LargeFile {
    private final TreeMap<Integer, Part> parts = new TreeMap<>();
    private boolean closed;

    /** An uploaded part. */
    record Part(int number, String sha1, long uploadedMillis, StoredContent.Piece piece) {}

    /** Adds a part in place of an earlier one with its number, which is returned; false in the result when closed. */
    synchronized Addition add(Part part) {
        if (closed) {
            return new Addition(false, Optional.empty());
        }
        return new Addition(true, Optional.ofNullable(parts.put(part.number(), part)));
    }

    record Addition(boolean accepted, Optional<Part> replaced) {}

    synchronized List<Part> parts() {
        return new ArrayList<>(parts.values());
    }

    /** Checks the parts against their digests and closes this; when they are refused it stays open. */
    synchronized List<Part> finish(List<String> sha1s, long minimumPartSize) throws ApiException {
        if (closed) {
            throw ApiException.badRequest("The large file is finished already");
        }
        check(sha1s, minimumPartSize);
        closed = true;
        return new ArrayList<>(parts.values());
    }

    /** False when it was closed before. */
    synchronized boolean close() {
        boolean wasOpen = !closed;
        closed = true;
        return wasOpen;
    }

    private void check(List<String> sha1s, long minimumPartSize) throws ApiException {
        if (sha1s.size() < 2) {
            throw ApiException.badRequest("large files must have at least 2 parts");
        }
        if (!parts.isEmpty() && parts.lastKey() > sha1s.size()) {
            throw ApiException.badRequest(
                    "partSha1Array has " + sha1s.size() + " entries, but part " + parts.lastKey() + " was uploaded");
        }
        for (int number = 1; number <= sha1s.size(); number++) {
            check(number, sha1s, minimumPartSize);
        }
    }

    private void check(int number, List<String> sha1s, long minimumPartSize) throws ApiException {
        Part part = parts.get(number);
        if (part == null) {
            throw ApiException.badRequest("part number " + number + " has not been uploaded");
        }
        if (!part.sha1().equals(sha1s.get(number - 1))) {
            throw ApiException.badRequest("sha1 for part " + number + " does not match");
        }
        if (number < sha1s.size() && part.piece().length() < minimumPartSize) {
            throw ApiException.badRequest(
                    "part number " + number + " is smaller than the minimum of " + minimumPartSize + " bytes");
        }
    }
}
