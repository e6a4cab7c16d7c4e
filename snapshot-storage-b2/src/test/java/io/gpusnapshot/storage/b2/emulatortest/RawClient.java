package io.gpusnapshot.storage.b2.emulatortest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Speaks B2's native API with nothing between it and HTTP. Authorised with a key from the start. */
final class RawClient {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI endpoint;
    private final String version;
    private final Answer authorization;

    private RawClient(URI endpoint, String version, Answer authorization) {
        this.endpoint = endpoint;
        this.version = version;
        this.authorization = authorization;
    }

    static RawClient master(B2Emulator emulator) throws IOException, InterruptedException {
        return of(emulator, emulator.keyId(), emulator.applicationKey());
    }

    static RawClient of(B2Emulator emulator, String keyId, String key) throws IOException, InterruptedException {
        Answer answer = authorize(emulator, "v2", keyId, key);
        return new RawClient(emulator.endpoint(), "v2", answer);
    }

    static Answer authorize(B2Emulator emulator, String version, String keyId, String key)
            throws IOException, InterruptedException {
        String credentials = Base64.getEncoder().encodeToString((keyId + ":" + key).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        emulator.endpoint().resolve("/b2api/" + version + "/b2_authorize_account"))
                .header("Authorization", "Basic " + credentials)
                .build();
        return send(request);
    }

    /** The same key over another version of the API. */
    RawClient inVersion(String other) {
        return new RawClient(endpoint, other, authorization);
    }

    String accountId() {
        return authorization.text("accountId");
    }

    String token() {
        return authorization.text("authorizationToken");
    }

    /** Calls an operation with parameters given as names and values. */
    Answer call(String operation, Object... namesAndValues) throws IOException, InterruptedException {
        return post(operation, token(), json(namesAndValues));
    }

    Answer post(String operation, String token, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint.resolve("/b2api/" + version + "/" + operation))
                .header("Authorization", token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return send(request);
    }

    /** Makes a private bucket and gives its id. */
    String createBucket(String name) throws IOException, InterruptedException {
        return createBucket(name, "allPrivate");
    }

    String createBucket(String name, String type) throws IOException, InterruptedException {
        return call("b2_create_bucket", "accountId", accountId(), "bucketName", name, "bucketType", type)
                .ok()
                .text("bucketId");
    }

    /** Uploads and gives the answer, whatever it is. */
    Answer upload(String bucketId, String name, byte[] content, String... headers)
            throws IOException, InterruptedException {
        return upload(call("b2_get_upload_url", "bucketId", bucketId).ok(), name, content, headers);
    }

    static Answer upload(Answer url, String name, byte[] content, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url.text("uploadUrl")))
                .header("Authorization", url.text("authorizationToken"))
                .header("X-Bz-File-Name", percentEncode(name))
                .header("Content-Type", "application/octet-stream")
                .header("X-Bz-Content-Sha1", sha1(content))
                .POST(HttpRequest.BodyPublishers.ofByteArray(content));
        return send(with(request, headers));
    }

    Answer uploadPart(String fileId, int number, byte[] content) throws IOException, InterruptedException {
        return uploadPart(call("b2_get_upload_part_url", "fileId", fileId).ok(), number, content);
    }

    static Answer uploadPart(Answer url, int number, byte[] content) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url.text("uploadUrl")))
                .header("Authorization", url.text("authorizationToken"))
                .header("X-Bz-Part-Number", Integer.toString(number))
                .header("X-Bz-Content-Sha1", sha1(content))
                .POST(HttpRequest.BodyPublishers.ofByteArray(content))
                .build());
    }

    /** Downloads with this client's token. */
    Answer download(String bucketName, String name, String... headers) throws IOException, InterruptedException {
        return get("/file/" + bucketName + "/" + percentEncode(name), with(headers, "Authorization", token()));
    }

    Answer get(String pathAndQuery, String... headers) throws IOException, InterruptedException {
        return send(with(HttpRequest.newBuilder(endpoint.resolve(pathAndQuery)), headers));
    }

    Answer head(String pathAndQuery, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(pathAndQuery))
                .method("HEAD", HttpRequest.BodyPublishers.noBody());
        return send(with(request, headers));
    }

    static Answer send(HttpRequest request) throws IOException, InterruptedException {
        return new Answer(HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray()));
    }

    static String sha1(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String percentEncode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet == '/' || Character.isLetterOrDigit(octet)) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HexFormat.of().toHexDigits(octet));
            }
        }
        return encoded.toString();
    }

    private static HttpRequest with(HttpRequest.Builder request, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    private static String[] with(String[] headers, String name, String value) {
        String[] more = new String[headers.length + 2];
        more[0] = name;
        more[1] = value;
        System.arraycopy(headers, 0, more, 2, headers.length);
        return more;
    }

    private static String json(Object... namesAndValues) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                json.writeFieldName(namesAndValues[i].toString());
                write(json, namesAndValues[i + 1]);
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, element);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> pair : map.entrySet()) {
                json.writeFieldName(pair.getKey().toString());
                write(json, pair.getValue());
            }
            json.writeEndObject();
        } else {
            json.writePOJO(value);
        }
    }
}
