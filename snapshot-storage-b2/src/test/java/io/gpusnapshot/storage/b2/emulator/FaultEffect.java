package io.gpusnapshot.storage.b2.emulator;

import java.time.Duration;
import java.util.Optional;

/** What goes wrong. Cuts and paces concern the body of an upload, or else the body of the answer. */
public sealed interface FaultEffect {
    /** The call is refused before it does anything. */
    record Fail(int status, String code, Optional<Duration> retryAfter) implements FaultEffect {}

    /** Nothing happens until the time is over or the fault is lifted. */
    record Delay(Duration atMost, Point point) implements FaultEffect {}

    /** The connection ends once so many bytes of the body have passed. */
    record Cut(long afterBytes, Ending ending) implements FaultEffect {}

    /** The body passes no faster than this. */
    record Throttle(long bytesPerSecond) implements FaultEffect {}

    /** One byte of the answer's body is another; answers that are too short stay as they are. */
    record Flip(long offset) implements FaultEffect {}

    /** The call is carried out, and the connection ends instead of an answer. */
    record DropReply() implements FaultEffect {}

    enum Point {
        BEFORE_CALL,
        BEHIND_REPLY_HEADERS
    }

    enum Ending {
        /** An orderly end: the client gets all the bytes so far, and then no more. */
        CLOSE,
        /** A connection reset, at which bytes in flight may be lost. */
        RESET
    }

    static FaultEffect fail(int status, String code) {
        return new Fail(status, code, Optional.empty());
    }

    static FaultEffect fail(int status, String code, Duration retryAfter) {
        return new Fail(status, code, Optional.of(retryAfter));
    }

    /** Status 429, and when to come back. */
    static FaultEffect tooManyRequests(Duration retryAfter) {
        return fail(429, "too_many_requests", retryAfter);
    }

    static FaultEffect serviceUnavailable() {
        return fail(503, "service_unavailable");
    }

    /** What a token answers that has become too old. */
    static FaultEffect expiredToken() {
        return fail(401, "expired_auth_token");
    }

    static FaultEffect storageCapExceeded() {
        return fail(403, "cap_exceeded");
    }

    static FaultEffect downloadCapExceeded() {
        return fail(403, "download_cap_exceeded");
    }

    static FaultEffect delay(Duration time) {
        return new Delay(time, Point.BEFORE_CALL);
    }

    /** A delay until the fault is lifted. */
    static FaultEffect hold() {
        return delay(InjectedFault.FOREVER);
    }

    /** Sends status and headers, and the body when the time is over or the fault is lifted. */
    static FaultEffect stallBody(Duration time) {
        return new Delay(time, Point.BEHIND_REPLY_HEADERS);
    }

    /** Stalls the body until the fault is lifted. */
    static FaultEffect stallBody() {
        return stallBody(InjectedFault.FOREVER);
    }

    static FaultEffect resetAfter(long bytes) {
        return new Cut(bytes, Ending.RESET);
    }

    static FaultEffect closeAfter(long bytes) {
        return new Cut(bytes, Ending.CLOSE);
    }

    static FaultEffect throttle(long bytesPerSecond) {
        return new Throttle(bytesPerSecond);
    }

    static FaultEffect flipByte(long offset) {
        return new Flip(offset);
    }

    static FaultEffect dropReply() {
        return new DropReply();
    }
}
