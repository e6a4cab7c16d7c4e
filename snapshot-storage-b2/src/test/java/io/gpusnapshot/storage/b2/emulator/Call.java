package io.gpusnapshot.storage.b2.emulator;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as the calls see it.
 *
 * @param version of the API, 1 to 4
 * @param target what follows the operation in the path, decoded: bucket and file name of a download, ids of an upload
 * @param headers by name, in whatever case
 * @param params of the JSON body, or of the query
 */
record Call(
        Operation operation,
        int version,
        List<String> target,
        Map<String, String> headers,
        Params params,
        RequestBody body) {
    /** The bytes of an upload; the length is absent where the client did not say it. */
    record RequestBody(InputStream bytes, Optional<Long> length) {}

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    String requiredHeader(String name) throws ApiException {
        return header(name).orElseThrow(() -> ApiException.badRequest("required header " + name + " is missing"));
    }

    /** The emulator's address as this client knows it. */
    String baseUrl(EmulatorOptions options) throws ApiException {
        return options.scheme() + "://" + requiredHeader("Host");
    }

    Call withBody(InputStream bytes) {
        return new Call(operation, version, target, headers, params, new RequestBody(bytes, body.length()));
    }
}
