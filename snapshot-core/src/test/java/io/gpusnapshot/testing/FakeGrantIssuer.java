package io.gpusnapshot.testing;

import static io.gpusnapshot.testing.Secrets.SECRET;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that issues grants and, as the usual reply of a {@link ScriptedHttpServer}, honours them. It grants
 * folders for reading and single parts for sending, asks for a SHA-1 with every part, and can withdraw what it granted.
 */
public final class FakeGrantIssuer implements GrantIssuer, HttpReply, AutoCloseable {
    /** Length below which objects must go another way. */
    public static final int MIN_UPLOAD_BYTES = 1000;

    private static final String DIGEST = "X-Part-Sha1";

    private final Clock clock;
    private final int partBytes;
    private final ScriptedHttpServer server;
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Map<String, Map<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
    private final Map<String, Instant> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger downloadGrants = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger partGrants = new AtomicInteger();
    private final AtomicReference<@Nullable IOException> grantFailure = new AtomicReference<>();
    private final AtomicReference<@Nullable IOException> openFailure = new AtomicReference<>();
    private final AtomicReference<@Nullable IOException> abandonmentFailure = new AtomicReference<>();
    private volatile boolean refusing;
    private volatile Optional<StorageReceipt> receipt = Optional.empty();
    private volatile Optional<IOException> completionFailure = Optional.empty();

    /** Starts a store with a server of its own. */
    public FakeGrantIssuer(Clock clock, int partBytes) throws IOException {
        this.clock = clock;
        this.partBytes = partBytes;
        this.server = ScriptedHttpServer.start((request, wire) -> send(request, wire));
    }

    public ScriptedHttpServer server() {
        return server;
    }

    public Map<String, byte[]> objects() {
        return objects;
    }

    /** Names of the uploads that were neither completed nor abandoned. */
    public Collection<String> openUploads() {
        return List.copyOf(uploads.keySet());
    }

    /** How many uploads were opened. */
    public int opened() {
        return opened.get();
    }

    public int downloadGrants() {
        return downloadGrants.get();
    }

    public int partGrants() {
        return partGrants.get();
    }

    /** Withdraws all grants so far. */
    public void revokeAll() {
        tokens.clear();
    }

    /** From now on no grant is honoured, however fresh. */
    public void refuseAll() {
        refusing = true;
    }

    /** Fails the next request for grants, which counts like any other. */
    public void failNextGrant(IOException failure) {
        grantFailure.set(failure);
    }

    /** Fails the next opening of an upload. */
    public void failNextOpen(IOException failure) {
        openFailure.set(failure);
    }

    /** Fails the next upload that is to be given up, which stays open. */
    public void failNextAbandonment(IOException failure) {
        abandonmentFailure.set(failure);
    }

    public void failCompletion(IOException failure) {
        completionFailure = Optional.of(failure);
    }

    /** Makes the store confirm something else than it holds. */
    public void confirm(StorageReceipt wrong) {
        receipt = Optional.of(wrong);
    }

    @Override
    public String providerId() {
        return "fake";
    }

    @Override
    public List<DownloadGrant> grantDownloads(Collection<String> keys, Duration lifetime) throws IOException {
        IOException failure = grantFailure.getAndSet(null);
        if (failure != null) {
            downloadGrants.incrementAndGet();
            throw failure;
        }
        return keys.stream()
                .map(key -> grant(key.substring(0, key.lastIndexOf('/') + 1), true, lifetime))
                .toList();
    }

    @Override
    public DownloadGrant grantDownload(String key, Duration lifetime) {
        return grant(key, false, lifetime);
    }

    private DownloadGrant grant(String key, boolean isPrefix, Duration lifetime) {
        Instant end = clock.instant().plus(lifetime);
        String token = newToken(end, downloadGrants);
        return new DownloadGrant(
                key, isPrefix, server.uri("/" + SECRET + "/" + key), Map.of("Authorization", token), end);
    }

    private String newToken(Instant end, AtomicInteger kind) {
        String token = SECRET + (kind == partGrants ? "-part-" : "-read-") + kind.incrementAndGet();
        tokens.put(token, end);
        return token;
    }

    @Override
    public UploadTicket openUpload(String key, long lengthBytes) throws IOException {
        IOException failure = openFailure.getAndSet(null);
        if (failure != null) {
            throw failure;
        }
        List<ByteRange> parts = new ArrayList<>();
        for (long start = 0; start < lengthBytes; start += partBytes) {
            parts.add(new ByteRange(start, Math.min(partBytes, lengthBytes - start)));
        }
        String upload = "upload-" + key.hashCode() + "-" + opened.incrementAndGet();
        uploads.put(upload, new ConcurrentHashMap<>());
        return new UploadTicket(key, upload, lengthBytes, parts);
    }

    @Override
    public GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) {
        Instant end = clock.instant().plus(lifetime);
        return new GrantedRequest(
                "POST",
                server.uri("/" + ticket.uploadId() + "/" + number + "?token=" + SECRET),
                Map.of("Authorization", newToken(end, partGrants)),
                Optional.of(DIGEST),
                end);
    }

    @Override
    public StorageReceipt completeUpload(UploadTicket ticket, List<UploadedPart> parts) throws IOException {
        if (completionFailure.isPresent()) {
            throw completionFailure.get();
        }
        Map<Integer, byte[]> sent = uploads.getOrDefault(ticket.uploadId(), Map.of());
        byte[] whole = new byte[(int) ticket.lengthBytes()];
        for (int number = 1; number <= ticket.parts().size(); number++) {
            byte[] bytes = sent.getOrDefault(number, new byte[0]);
            if (!new UploadedPart(number, bytes.length, Optional.of(sha1(bytes)), Optional.of("tag-" + number))
                    .equals(parts.get(number - 1))) {
                throw new DataIntegrityException(ticket.key(), 0, "part " + number + " is not what was sent", null);
            }
            System.arraycopy(
                    bytes, 0, whole, (int) ticket.parts().get(number - 1).offset(), bytes.length);
        }
        objects.put(ticket.key(), whole);
        uploads.remove(ticket.uploadId());
        return receipt.orElse(new StorageReceipt(whole.length, Optional.of("v1"), Optional.empty()));
    }

    @Override
    public void abandonUpload(UploadTicket ticket) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new IOException("nothing can be asked of a store by an interrupted thread");
        }
        IOException failure = abandonmentFailure.getAndSet(null);
        if (failure != null) {
            throw failure;
        }
        uploads.remove(ticket.uploadId());
    }

    @Override
    public int abandonUploads(String keyPrefix, Instant openedBefore) {
        throw new IllegalStateException("nobody gives uploads up here");
    }

    @Override
    public long minUploadBytes() {
        return MIN_UPLOAD_BYTES;
    }

    @Override
    public void send(ServedRequest request, HttpWire wire) throws IOException, InterruptedException {
        Instant end = tokens.getOrDefault(request.header("authorization").orElse(""), Instant.MIN);
        wire.readBody(request);
        if (refusing || !end.isAfter(clock.instant())) {
            wire.answer(401, "{\"code\": \"expired_auth_token\", \"message\": \"" + SECRET + "\"}");
        } else if (request.method().equals("GET")) {
            read(request, wire);
        } else {
            store(request, wire);
        }
    }

    private void read(ServedRequest request, HttpWire wire) throws IOException {
        byte[] bytes = objects.get(request.target().replace("/" + SECRET + "/", ""));
        if (bytes == null) {
            wire.answer(404, "{\"code\": \"not_found\"}");
        } else {
            new ServedObject(bytes).send(request, wire);
        }
    }

    private void store(ServedRequest request, HttpWire wire) throws IOException {
        String[] path = request.target().split("[/?]");
        Map<Integer, byte[]> parts = uploads.get(path[1]);
        if (parts == null || !request.header("x-part-sha1").equals(Optional.of(sha1(request.body())))) {
            wire.answer(400, "{\"code\": \"bad_request\"}");
        } else {
            parts.put(Integer.valueOf(path[2]), request.body());
            wire.answer(200, "", "ETag: \"tag-" + path[2] + "\"");
        }
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
