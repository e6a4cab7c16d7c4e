package io.gpusnapshot.storage.b2.emulator;

import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What uploads, large files and copies say of a file: its name, type and information. */
final class UploadDetails {
    static final String INFO_PREFIX = "X-Bz-Info-";
    private static final int MAX_HEADER_BYTES = 7000;
    private static final String DETECT_TYPE = "b2/x-auto";
    private static final String UNKNOWN_TYPE = "application/octet-stream";

    /** These would describe the stored file elsewhere; B2 takes them as file information only. */
    private static final Set<String> FORBIDDEN = Set.of(
            "Content-Disposition",
            "Content-Encoding",
            "Content-Language",
            "Content-Location",
            "Content-Range",
            "Expires");

    private UploadDetails() {}

    static FileVersion.Details ofHeaders(Call call) throws ApiException {
        for (String name : FORBIDDEN) {
            if (call.header(name).isPresent()) {
                throw ApiException.badRequest("the header " + name + " is not allowed on uploads");
            }
        }
        Map<String, String> info = new TreeMap<>();
        for (Map.Entry<String, String> header : call.headers().entrySet()) {
            if (header.getKey().regionMatches(true, 0, INFO_PREFIX, 0, INFO_PREFIX.length())) {
                String name = header.getKey().substring(INFO_PREFIX.length());
                info.put(name, PercentCoding.decode(header.getValue()));
            }
        }
        String fileName = PercentCoding.decode(call.requiredHeader("X-Bz-File-Name"));
        return of(fileName, call.requiredHeader("Content-Type"), info);
    }

    static FileVersion.Details of(String name, String contentType, Map<String, String> info) throws ApiException {
        FileNames.check(name);
        Map<String, String> lowerCased = new TreeMap<>();
        info.forEach((key, value) -> lowerCased.put(key.toLowerCase(Locale.ROOT), value));
        checkSize(name, lowerCased);
        return new FileVersion.Details(name, type(contentType, name), lowerCased);
    }

    private static void checkSize(String name, Map<String, String> info) throws ApiException {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        for (Map.Entry<String, String> pair : info.entrySet()) {
            bytes += pair.getKey().length() + pair.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > MAX_HEADER_BYTES) {
            throw ApiException.badRequest("file name and file info exceed " + MAX_HEADER_BYTES + " bytes");
        }
    }

    private static String type(String contentType, String name) {
        if (!contentType.equals(DETECT_TYPE)) {
            return contentType;
        }
        String guess = URLConnection.guessContentTypeFromName(name);
        return guess == null ? UNKNOWN_TYPE : guess;
    }
}
