package io.gpusnapshot.storage;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request that its holder may send without further proof. Address and headers are secrets until they expire;
 * {@link #toString()} shows neither.
 *
 * @param method HTTP method
 * @param uri address, query included
 * @param headers headers to send as they are
 * @param digestHeader header that must carry the SHA-1 of the body, in lower-case hex, where the store asks for it
 * @param expiresAt when the store stops accepting it
 */
public record GrantedRequest(
        String method, URI uri, Map<String, String> headers, Optional<String> digestHeader, Instant expiresAt) {
    public GrantedRequest {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getAuthority() + "/… until " + expiresAt;
    }
}
