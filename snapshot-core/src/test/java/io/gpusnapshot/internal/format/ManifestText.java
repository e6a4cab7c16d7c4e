package io.gpusnapshot.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A manifest written by hand, with counts and digest that are right whatever its lines say. */
final class ManifestText {
    static final String HEADER =
            "{\"kind\":\"header\",\"format\":\"gpu-snapshot-manifest\",\"version\":1,\"critical\":[],"
                    + "\"repository\":\"r\",\"snapshot\":\"20260102T030405Z-gpu-1-22222222\",\"token\":\"t\","
                    + "\"createdAt\":\"2026-01-02T03:04:05Z\",\"instanceId\":\"gpu-1\",\"workspace\":\"/w\","
                    + "\"chunkBytes\":65536,\"labels\":{},\"host\":{},\"totals\":{}}";
    static final String PACK = "{\"kind\":\"pack\",\"key\":\"packs/20260102T030405Z-gpu-1-22222222/000000.pack\","
            + "\"storedBytes\":1000}";
    static final String CHUNK = "{\"kind\":\"chunk\",\"sha256\":\"" + "ab".repeat(32) + "\",\"pack\":0,\"offset\":0,"
            + "\"storedBytes\":100,\"rawBytes\":100,\"codec\":\"none\",\"crc32c\":\"0123abcd\"}";
    static final String METADATA = ",\"mode\":\"0644\",\"uid\":1,\"gid\":2,\"mtime\":[3,4]";
    static final String ROOT = "{\"kind\":\"entry\",\"path\":\"\",\"type\":\"directory\"" + METADATA + "}";

    private String header = HEADER;
    private String pack = PACK;
    private List<String> chunks = List.of(CHUNK);
    private String root = ROOT;
    private final List<String> entries = new ArrayList<>();
    private String footerExtra = "";

    ManifestText header(String line) {
        header = line;
        return this;
    }

    ManifestText pack(String line) {
        pack = line;
        return this;
    }

    ManifestText chunk(String line) {
        return chunks(line);
    }

    ManifestText chunks(String... lines) {
        chunks = List.of(lines);
        return this;
    }

    ManifestText root(String line) {
        root = line;
        return this;
    }

    /** Adds an entry with some metadata. */
    ManifestText entry(String fields) {
        return line("{\"kind\":\"entry\"," + fields + METADATA + "}");
    }

    /** Adds a file of 100 bytes that are the whole chunk. */
    ManifestText file(String path) {
        return entry("\"path\":\"" + path + "\",\"type\":\"file\",\"size\":100,\"extents\":[[0,0,0,100]]");
    }

    /** Adds a line as it is, which counts as an entry. */
    ManifestText line(String line) {
        entries.add(line);
        return this;
    }

    ManifestText footerField(String field) {
        footerExtra = "," + field;
        return this;
    }

    byte[] toBytes() {
        List<String> lines = new ArrayList<>(List.of(header, pack));
        lines.addAll(chunks);
        lines.add(root);
        lines.addAll(entries);
        String body = String.join("\n", lines) + "\n";
        String sha256 = HexFormat.of().formatHex(Digests.sha256().digest(body.getBytes(UTF_8)));
        String footer = "{\"kind\":\"footer\",\"packs\":1,\"chunks\":" + chunks.size() + ",\"entries\":"
                + (1 + entries.size()) + ",\"sha256\":\"" + sha256 + "\"" + footerExtra + "}\n";
        return (body + footer).getBytes(UTF_8);
    }
}
