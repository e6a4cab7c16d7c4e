package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer before it is sent. */
record Reply(int status, Map<String, String> headers, Content content) {
    private static final String JSON = "application/json;charset=UTF-8";

    /** A body of known length. */
    interface Content {
        long length();

        void writeTo(OutputStream sink) throws IOException;
    }

    static Reply json(Map<String, @Nullable Object> object) {
        return json(200, object);
    }

    static Reply error(ApiException error) {
        Reply reply = json(
                error.status(),
                Json.object("code", error.code(), "message", error.getMessage(), "status", error.status()));
        error.retryAfter().ifPresent(time -> reply.headers.put("Retry-After", Long.toString(time.toSeconds())));
        return reply;
    }

    static Reply file(int status, Map<String, String> headers, StoredContent stored, ByteRange range) {
        return new Reply(status, headers, new FileContent(stored, range));
    }

    Reply withContent(Content other) {
        return new Reply(status, headers, other);
    }

    private static Reply json(int status, Map<String, @Nullable Object> object) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Cache-Control", "max-age=0, no-cache, no-store");
        headers.put("Content-Type", JSON);
        return new Reply(status, headers, new ByteContent(Json.write(object)));
    }

    private record FileContent(StoredContent stored, ByteRange range) implements Content {
        @Override
        public long length() {
            return range.length();
        }

        @Override
        public void writeTo(OutputStream sink) throws IOException {
            stored.copy(range, sink);
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record ByteContent(byte[] bytes) implements Content {
        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public void writeTo(OutputStream sink) throws IOException {
            sink.write(bytes);
        }
    }
}
