package io.gpusnapshot.storage.b2.emulator;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request's URL leads.
 *
 * @param path without its query, as it came
 * @param target what follows the operation in the path, decoded
 */
record Route(Operation operation, int version, String path, List<String> target, Map<String, String> query) {
    private static final Pattern CALL = Pattern.compile("/b2api/v([1-4])/(b2_[a-z0-9_]+)((?:/[^/]+)*)");
    private static final Pattern FILE = Pattern.compile("/file/([^/]+)/(.+)");
    private static final int DEFAULT_VERSION = 4;

    static Route parse(String uri) throws ApiException {
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        Map<String, String> query = mark < 0 ? Map.of() : query(uri.substring(mark + 1));
        Matcher call = CALL.matcher(path);
        if (call.matches()) {
            return call(call, path, query);
        }
        Matcher file = FILE.matcher(path);
        if (file.matches()) {
            List<String> target = List.of(PercentCoding.decode(file.group(1)), PercentCoding.decode(file.group(2)));
            return new Route(Operation.DOWNLOAD_BY_NAME, DEFAULT_VERSION, path, target, query);
        }
        return unknown(path);
    }

    static Route unknown(String path) {
        return new Route(Operation.UNKNOWN, DEFAULT_VERSION, path, List.of(), Map.of());
    }

    private static Route call(Matcher call, String path, Map<String, String> query) {
        Operation operation = Operation.ofCall(call.group(2)).orElse(Operation.UNKNOWN);
        String rest = call.group(3);
        List<String> target =
                rest.isEmpty() ? List.of() : List.of(rest.substring(1).split("/"));
        if (operation == Operation.DOWNLOAD_BY_NAME || operation.isUpload() == target.isEmpty()) {
            return unknown(path);
        }
        return new Route(operation, Integer.parseInt(call.group(1)), path, target, query);
    }

    private static Map<String, String> query(String text) throws ApiException {
        Map<String, String> query = new TreeMap<>();
        for (String pair : text.split("&")) {
            int mark = pair.indexOf('=');
            if (mark > 0) {
                query.put(
                        PercentCoding.decode(pair.substring(0, mark)), PercentCoding.decode(pair.substring(mark + 1)));
            }
        }
        return query;
    }
}
