package io.gpusnapshot.storage.b2.emulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The headers that a file comes with. */
final class DownloadHeaders {
    /** Parameters of a download that replace a header. */
    private static final Map<String, String> OVERRIDES = Map.of(
            "b2CacheControl", "Cache-Control",
            "b2ContentDisposition", "Content-Disposition",
            "b2ContentEncoding", "Content-Encoding",
            "b2ContentLanguage", "Content-Language",
            "b2ContentType", "Content-Type",
            "b2Expires", "Expires");

    /** File information that becomes a header of its own. */
    private static final Map<String, String> SPECIAL_INFO = Map.of(
            "b2-cache-control", "Cache-Control",
            "b2-content-disposition", "Content-Disposition",
            "b2-content-encoding", "Content-Encoding",
            "b2-content-language", "Content-Language",
            "b2-expires", "Expires");

    private DownloadHeaders() {}

    static Map<String, String> overrides(Params params) throws ApiException {
        Map<String, String> overrides = new TreeMap<>();
        for (String name : OVERRIDES.keySet()) {
            Optional<String> value = params.optionalText(name);
            value.ifPresent(text -> overrides.put(name, text));
        }
        return overrides;
    }

    static Map<String, String> of(FileVersion version, Params params) throws ApiException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept-Ranges", "bytes");
        headers.put("Cache-Control", "max-age=0, no-cache, no-store");
        headers.put("Content-Type", version.details().contentType());
        headers.put("X-Bz-File-Id", version.fileId());
        headers.put("X-Bz-File-Name", PercentCoding.encode(version.name()));
        headers.put("X-Bz-Content-Sha1", version.sha1().orElse("none"));
        headers.put("X-Bz-Upload-Timestamp", Long.toString(version.uploadedMillis()));
        version.details().info().forEach((name, value) -> {
            String special = SPECIAL_INFO.get(name);
            if (special == null) {
                headers.put(UploadDetails.INFO_PREFIX + name, PercentCoding.encode(value));
            } else {
                headers.put(special, value);
            }
        });
        overrides(params).forEach((name, value) -> headers.put(String.valueOf(OVERRIDES.get(name)), value));
        return headers;
    }
}
