package io.gpusnapshot.internal.remote;

import static io.gpusnapshot.testing.LinePeer.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.LinePeer;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that wants to read what does not belong to its job. */
class HostileReadTest {
    @SuppressWarnings("NullAway.Init")
    private RemoteJobFixture fixture;

    @SuppressWarnings("NullAway.Init")
    private LinePeer host;

    @BeforeEach
    void open() throws IOException {
        fixture = new RemoteJobFixture();
        host = fixture.host.peer();
        fixture.put(RemoteJobFixture.PARENT, Crafted.parent(fixture));
        fixture.put(RemoteJobFixture.OTHER, Crafted.parent(fixture));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private void end(BackgroundCall job) throws Exception {
        fixture.host.exit(1, "");
        assertThat(job.failure()).isInstanceOf(RemoteCommandException.class);
        fixture.assertNothingLeft();
    }

    private void refused(Map<String, Object> question) throws IOException {
        assertThat(host.askInVain(question)).as("%s", question).containsEntry("kind", "RemoteAccessException");
    }

    private static Map<String, Object> grantDownloads(String... keys) {
        return message("grantDownloads", "store", 0, "keys", List.of(keys));
    }

    private void everythingElseIsRefused() throws IOException {
        refused(message("statManifest", "store", 0, "snapshot", RemoteJobFixture.OTHER.value()));
        for (String key : List.of(
                "",
                "/",
                "packs/",
                "repository.json",
                RepositoryLayout.manifest(RemoteJobFixture.OTHER),
                RepositoryLayout.lease(RemoteJobFixture.ID),
                RepositoryLayout.pack(RemoteJobFixture.OTHER, 0),
                RepositoryLayout.pack(RemoteJobFixture.PARENT, 1),
                RepositoryLayout.PACKS + RemoteJobFixture.PARENT + "/../" + RemoteJobFixture.OTHER + "/000000.pack",
                RepositoryLayout.manifest(RemoteJobFixture.PARENT) + "/../../repository.json",
                "x".repeat(1 << 20))) {
            refused(grantDownloads(key));
            refused(grantDownloads(RepositoryLayout.manifest(RemoteJobFixture.PARENT), key));
        }
        String own = RepositoryLayout.manifest(RemoteJobFixture.PARENT);
        refused(message("grantDownloads", "store", 0, "keys", Collections.nCopies(101, own)));
        refused(message("grantDownloads", "store", 1, "keys", List.of(own)));
        refused(message("statManifest", "store", Integer.MAX_VALUE, "snapshot", RemoteJobFixture.PARENT.value()));
    }

    @Test
    void aRestoreReadsItsSnapshotAndNothingElse() throws Exception {
        BackgroundCall job = fixture.restore(RemoteJobFixture.PARENT);
        everythingElseIsRefused();
        assertThat(host.ask(message("statManifest", "store", 0, "snapshot", RemoteJobFixture.PARENT.value())))
                .containsKey("lengthBytes");
        assertThat(host.ask(grantDownloads(RepositoryLayout.pack(RemoteJobFixture.PARENT, 0)))
                        .get("grants"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(1);
        end(job);
    }

    @Test
    void aRestoreWritesNothing() throws Exception {
        BackgroundCall job = fixture.restore(RemoteJobFixture.PARENT);
        String pack = RepositoryLayout.pack(RemoteJobFixture.PARENT, 0);
        refused(message("openUpload", "key", pack, "lengthBytes", 2000));
        refused(message("storePack", "key", pack, "content", "AAAA"));
        refused(message("abandonUpload", "key", pack));
        refused(message("commit", "lengthBytes", 1));
        end(job);
    }

    @Test
    void aCreateReadsTheManifestOfItsParentAndNothingElse() throws Exception {
        BackgroundCall job = fixture.create(Optional.of(RemoteJobFixture.PARENT));
        everythingElseIsRefused();
        refused(grantDownloads(RepositoryLayout.pack(RemoteJobFixture.PARENT, 0)));
        assertThat(host.ask(grantDownloads(RepositoryLayout.manifest(RemoteJobFixture.PARENT)))
                        .get("grants"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(1);
        end(job);
    }

    @Test
    void aCreateThatTakesDifferencesReadsThePacksOfItsParent() throws Exception {
        BackgroundCall job = fixture.withDifferences().create(Optional.of(RemoteJobFixture.PARENT));
        everythingElseIsRefused();
        assertThat(host.ask(grantDownloads(RepositoryLayout.pack(RemoteJobFixture.PARENT, 0)))
                        .get("grants"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(1);
        end(job);
    }
}
