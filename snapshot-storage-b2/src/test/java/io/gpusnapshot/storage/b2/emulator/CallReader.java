package io.gpusnapshot.storage.b2.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.HttpEntityEnclosingRequest;
import org.apache.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Makes calls of HTTP requests. */
final class CallReader {
    private static final int MAX_JSON_BYTES = 8 * 1024 * 1024;

    /** B2 takes these by GET too, with the parameters in the query. */
    private static final Set<Operation> BY_GET = EnumSet.of(
            Operation.AUTHORIZE_ACCOUNT,
            Operation.DOWNLOAD_BY_ID,
            Operation.DOWNLOAD_BY_NAME,
            Operation.GET_FILE_INFO,
            Operation.GET_UPLOAD_PART_URL,
            Operation.GET_UPLOAD_URL,
            Operation.LIST_FILE_NAMES,
            Operation.LIST_FILE_VERSIONS,
            Operation.LIST_KEYS,
            Operation.LIST_PARTS,
            Operation.LIST_UNFINISHED_LARGE_FILES,
            Operation.UNKNOWN);

    private final Traffic traffic;

    CallReader(Traffic traffic) {
        this.traffic = traffic;
    }

    Call read(HttpRequest request, Route route) throws ApiException, IOException {
        checkMethod(request.getRequestLine().getMethod(), route.operation());
        Map<String, String> headers = headers(request);
        Call.RequestBody body = body(request, headers, route.operation());
        Params params = isForm(request, route) ? new Params(json(body)) : new Params(route.query());
        return new Call(route.operation(), route.version(), route.target(), headers, params, body);
    }

    /** Header names in whatever case; of a header that comes twice, the last. */
    static Map<String, String> headers(HttpRequest request) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : request.getAllHeaders()) {
            headers.put(header.getName(), header.getValue());
        }
        return headers;
    }

    private static boolean isForm(HttpRequest request, Route route) {
        return request.getRequestLine().getMethod().equals("POST")
                && !route.operation().isUpload()
                && route.operation() != Operation.UNKNOWN;
    }

    private static void checkMethod(String method, Operation operation) throws ApiException {
        boolean allowed = switch (method) {
            case "POST" -> operation != Operation.DOWNLOAD_BY_NAME;
            case "GET" -> BY_GET.contains(operation);
            case "HEAD" -> operation.isDownload() || operation == Operation.UNKNOWN;
            default -> false;
        };
        if (!allowed) {
            throw new ApiException(405, "method_not_allowed", method.toUpperCase(Locale.ROOT) + " is not allowed here");
        }
    }

    private Call.RequestBody body(HttpRequest request, Map<String, String> headers, Operation operation)
            throws ApiException, IOException {
        HttpEntity entity = request instanceof HttpEntityEnclosingRequest post ? post.getEntity() : null;
        InputStream bytes = entity == null ? InputStream.nullInputStream() : entity.getContent();
        InputStream counted = new RequestBodyStream(bytes, count -> traffic.received(operation, count));
        return new Call.RequestBody(counted, length(headers));
    }

    private static Optional<Long> length(Map<String, String> headers) throws ApiException {
        String length = headers.get("Content-Length");
        if (length == null || headers.containsKey("Transfer-Encoding")) {
            return Optional.empty();
        }
        return Optional.of(new Params(Map.of("Content-Length", length)).number("Content-Length", 0, Long.MAX_VALUE));
    }

    private static Map<String, @Nullable Object> json(Call.RequestBody body) throws ApiException, IOException {
        byte[] bytes = body.bytes().readNBytes(MAX_JSON_BYTES);
        if (bytes.length == 0) {
            return Map.of();
        }
        try {
            return Json.readObject(new ByteArrayInputStream(bytes));
        } catch (JsonProcessingException e) {
            throw ApiException.badRequest("bad JSON: " + e.getOriginalMessage());
        }
    }
}
