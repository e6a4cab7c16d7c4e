package io.gpusnapshot.storage;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Leave to read one object, or all objects whose keys begin with a prefix. A secret until it expires.
 *
 * @param key the object's key, or the prefix
 * @param isPrefix whether {@code key} is a prefix; the rest of an object's key then goes to the end of the address
 * @param uri address of the object, or what the addresses of all objects begin with
 * @param headers headers to send as they are
 * @param expiresAt when the store stops accepting it
 */
public record DownloadGrant(String key, boolean isPrefix, URI uri, Map<String, String> headers, Instant expiresAt) {
    public DownloadGrant {
        headers = Map.copyOf(headers);
    }

    /** Whether this lets its holder read an object. */
    public boolean covers(String objectKey) {
        return isPrefix ? objectKey.startsWith(key) : objectKey.equals(key);
    }

    /**
     * The request that reads an object.
     *
     * @throws IllegalArgumentException if the object is not covered
     */
    public GrantedRequest request(String objectKey) {
        if (!covers(objectKey)) {
            throw new IllegalArgumentException("The grant for \"" + key + "\" does not cover \"" + objectKey + "\"");
        }
        // Keys need no escapes: see ObjectKeys.
        URI address = isPrefix ? URI.create(uri + objectKey.substring(key.length())) : uri;
        return new GrantedRequest("GET", address, headers, Optional.empty(), expiresAt);
    }

    @Override
    public String toString() {
        return "GET " + key + (isPrefix ? "*" : "") + " until " + expiresAt;
    }
}
