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
 * @param digestHeader header that must carry a digest of the body, where the store asks for one: the MD5 in Base64 if it
 *     is {@link #CONTENT_MD5}, else the SHA-1 in lower-case hex
 * @param expiresAt when the store stops accepting it
 */
public record GrantedRequest(
        String method, URI uri, Map<String, String> headers, Optional<String> digestHeader, Instant expiresAt) {
    /** The header of HTTP for digests of bodies, which stores check before they take a body. */
    public static final String CONTENT_MD5 = "Content-MD5";

    public GrantedRequest {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getAuthority() + "/… until " + expiresAt;
    }
}
