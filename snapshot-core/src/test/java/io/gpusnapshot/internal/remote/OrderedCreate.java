package io.gpusnapshot.internal.remote;

import static io.gpusnapshot.testing.LinePeer.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.LinePeer;
import io.gpusnapshot.testing.ManifestContent;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A create that a host was told to do, and which has a parent; the host, which a test plays, has stored one pack. */
final class OrderedCreate {
    static final int PACK_BYTES = 500;

    final RemoteJobFixture fixture;
    final LinePeer host;
    final CreateJob ordered;
    final BackgroundCall job;
    final ManifestContent parent;

    /** The pack that the host has stored. */
    final StoredPack own;

    private OrderedCreate(RemoteJobFixture fixture) throws IOException {
        this.fixture = fixture;
        host = fixture.host.peer();
        parent = Crafted.parent(fixture);
        fixture.put(RemoteJobFixture.PARENT, parent);
        fixture.put(RemoteJobFixture.OTHER, parent);
        ordered = fixture.createJob(Optional.of(RemoteJobFixture.PARENT));
        job = fixture.create(ordered.parent());
        own = storePack();
    }

    static OrderedCreate plain() throws IOException {
        return new OrderedCreate(new RemoteJobFixture());
    }

    /** One that may hand in differences. */
    static OrderedCreate withDifferences() throws IOException {
        return new OrderedCreate(new RemoteJobFixture().withDifferences());
    }

    private StoredPack storePack() throws IOException {
        String key = Crafted.pack(RemoteJobFixture.ID, 0, PACK_BYTES).key();
        String content = Base64.getEncoder().encodeToString(new byte[PACK_BYTES]);
        Map<String, Object> receipt = host.ask(message("storePack", "key", key, "content", content));
        return new StoredPack(key, PACK_BYTES, Optional.ofNullable((String) receipt.get("version")));
    }

    /** Hands a manifest in, piece by piece. */
    void send(byte[] manifest) throws IOException {
        int middle = manifest.length / 2;
        for (byte[] piece :
                List.of(Arrays.copyOf(manifest, middle), Arrays.copyOfRange(manifest, middle, manifest.length))) {
            host.say(message("manifest", "content", Base64.getEncoder().encodeToString(piece)));
        }
    }

    void commit(byte[] manifest) throws IOException {
        send(manifest);
        host.ask(message("commit", "lengthBytes", manifest.length));
    }

    /** Fails unless a manifest is refused for one of these reasons, and nothing has come of it. */
    void assertRefused(byte[] manifest, String... kinds) throws IOException {
        send(manifest);
        @Nullable
        Object kind = host.askInVain(message("commit", "lengthBytes", manifest.length))
                .get("kind");
        assertThat(kind).isIn((Object[]) kinds);
        assertThat(fixture.repository.snapshots()).doesNotContain(RemoteJobFixture.ID);
    }

    /** Fails unless the job has failed and left nothing behind when its host is gone. */
    void end() throws Exception {
        fixture.host.exit(1, "");
        assertThat(job.failure()).isNotNull();
        fixture.assertTidy();
        fixture.close();
    }
}
