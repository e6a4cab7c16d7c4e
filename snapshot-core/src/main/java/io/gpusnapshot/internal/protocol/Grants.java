package io.gpusnapshot.internal.protocol;

import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadedPart;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Grants, and what comes of them, as messages. The end of a grant travels as the time that is left, because clocks of
 * rented hosts need not be right.
 */
public final class Grants {
    private static final int MAX_PARTS = 10_000;

    private Grants() {}

    public static Message of(DownloadGrant grant, Instant now) {
        return Message.of("downloadGrant")
                .with("key", grant.key())
                .with("prefix", grant.isPrefix())
                .with("uri", grant.uri().toString())
                .with("headers", grant.headers())
                .with("millisLeft", millisLeft(grant.expiresAt(), now));
    }

    public static DownloadGrant toDownloadGrant(Message message, Instant now) throws UnsupportedFormatException {
        return new DownloadGrant(
                message.text("key"),
                message.flag("prefix"),
                message.parsed("uri", URI::create),
                message.map("headers"),
                now.plusMillis(message.number("millisLeft")));
    }

    public static Message of(GrantedRequest request, Instant now) {
        return Message.of("grantedRequest")
                .with("method", request.method())
                .with("uri", request.uri().toString())
                .with("headers", request.headers())
                .with("digestHeader", request.digestHeader())
                .with("millisLeft", millisLeft(request.expiresAt(), now));
    }

    public static GrantedRequest toGrantedRequest(Message message, Instant now) throws UnsupportedFormatException {
        return new GrantedRequest(
                message.text("method"),
                message.parsed("uri", URI::create),
                message.map("headers"),
                message.optionalText("digestHeader"),
                now.plusMillis(message.number("millisLeft")));
    }

    private static long millisLeft(Instant expiresAt, Instant now) {
        return Duration.between(now, expiresAt).toMillis();
    }

    /** The parts of an upload, which follow each other without gaps: their lengths say all. */
    public static Message ofParts(List<ByteRange> parts) {
        return Message.of("parts")
                .with(
                        "lengths",
                        parts.stream().map(part -> Long.toString(part.length())).toList());
    }

    public static List<ByteRange> toParts(Message message) throws UnsupportedFormatException {
        List<ByteRange> parts = new ArrayList<>();
        long offset = 0;
        try {
            for (String length : message.texts("lengths")) {
                ByteRange part = new ByteRange(offset, Long.parseLong(length));
                parts.add(part);
                offset = part.end();
            }
        } catch (IllegalArgumentException noLength) {
            throw new UnsupportedFormatException("lengths", "The orchestrator names parts of impossible lengths");
        }
        return parts;
    }

    public static Message of(UploadedPart part) {
        return Message.of("part")
                .with("number", part.number())
                .with("lengthBytes", part.lengthBytes())
                .with("sha1", part.sha1())
                .with("entityTag", part.entityTag());
    }

    public static UploadedPart toUploadedPart(Message message) throws UnsupportedFormatException {
        return new UploadedPart(
                message.count("number", MAX_PARTS),
                message.number("lengthBytes"),
                message.optionalText("sha1"),
                message.optionalText("entityTag"));
    }

    public static Message of(StorageReceipt receipt) {
        return Message.of("receipt").with("lengthBytes", receipt.lengthBytes()).with("version", receipt.version());
    }

    /** A receipt without entity tag, which no pack keeps. */
    public static StorageReceipt toReceipt(Message message) throws UnsupportedFormatException {
        return new StorageReceipt(message.number("lengthBytes"), message.optionalText("version"), Optional.empty());
    }
}
