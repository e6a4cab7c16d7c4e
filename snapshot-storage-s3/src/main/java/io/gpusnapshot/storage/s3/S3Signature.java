package io.gpusnapshot.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * A signature of a request by version 4 of Amazon's rules:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @param keys what signs
 * @param region what the signature is good for
 * @param time when the request is made
 */
record S3Signature(AwsCredentialsIdentity keys, String region, Instant time) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private static final String HMAC = "HmacSHA256";
    private static final String SERVICE = "s3";
    private static final String END = "aws4_request";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** What proxies may change or leave out. */
    private static final Set<String> UNSIGNED_HEADERS =
            Set.of("connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id", "x-forwarded-for");

    /** Keys may have been copied with the blanks around them. */
    String keyId() {
        return keys.accessKeyId().strip();
    }

    String date() {
        return TIME.format(time);
    }

    /** Which key signs, and what its signature is limited to. */
    String credential() {
        return keyId() + "/" + scope();
    }

    private String scope() {
        return DAY.format(time) + "/" + region + "/" + SERVICE + "/" + END;
    }

    /** The names of the headers that a signature covers. */
    static String signedHeaders(SdkHttpRequest request) {
        return String.join(";", canonicalHeaders(request).keySet());
    }

    /**
     * Signs a request, which must have all else that signed requests have.
     *
     * @param contentHash of the body, in hexadecimal, or a word that says why it is not signed
     */
    String of(SdkHttpRequest request, String contentHash) {
        String canonical = String.join(
                "\n",
                request.method().name(),
                request.encodedPath().isEmpty() ? "/" : request.encodedPath(),
                canonicalQuery(request.rawQueryParameters()),
                canonicalHeaders(request).entrySet().stream()
                        .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                        .collect(Collectors.joining()),
                signedHeaders(request),
                contentHash);
        String toSign = String.join("\n", ALGORITHM, date(), scope(), hex(sha256().digest(canonical.getBytes(UTF_8))));
        return hex(hmac(signingKey(), toSign));
    }

    private byte[] signingKey() {
        byte[] key = ("AWS4" + keys.secretAccessKey().strip()).getBytes(UTF_8);
        for (String limit : List.of(DAY.format(time), region, SERVICE, END)) {
            key = hmac(key, limit);
        }
        return key;
    }

    private static Map<String, String> canonicalHeaders(SdkHttpRequest request) {
        Map<String, String> headers = new TreeMap<>();
        request.forEachHeader((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!UNSIGNED_HEADERS.contains(lower)) {
                headers.put(
                        lower,
                        values.stream()
                                .map(value -> value.strip().replaceAll("\\s+", " "))
                                .collect(Collectors.joining(",")));
            }
        });
        return headers;
    }

    private static String canonicalQuery(Map<String, List<String>> parameters) {
        Map<String, List<String>> encoded = new TreeMap<>();
        parameters.forEach((name, values) -> encoded.put(
                encode(name), values.stream().map(S3Signature::encode).sorted().toList()));
        return encoded.entrySet().stream()
                .flatMap(parameter -> parameter.getValue().stream().map(value -> parameter.getKey() + "=" + value))
                .collect(Collectors.joining("&"));
    }

    /** Parameters such as {@code uploads} have no value. */
    private static String encode(@Nullable String text) {
        return URLEncoder.encode(text == null ? "" : text, UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform must have SHA-256", impossible);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform must have " + HMAC, impossible);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
