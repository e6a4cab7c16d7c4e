package io.gpusnapshot.internal.transfer;

import static io.gpusnapshot.testing.Secrets.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.FakeGrantIssuer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DownloadGrantsTest {
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private final FakeClock clock = new FakeClock();
    private FakeGrantIssuer issuer;
    private DownloadGrants grants;

    @BeforeEach
    void start() throws IOException {
        issuer = new FakeGrantIssuer(clock, 1000);
        grants = new DownloadGrants(issuer, clock, LIFETIME);
    }

    @AfterEach
    void stop() throws IOException {
        issuer.close();
    }

    @Test
    void aGrantServesAllThatItCovers() throws IOException {
        grants.request("packs/a");
        grants.request("packs/b");
        assertThat(issuer.downloadGrants()).isEqualTo(1);

        grants.request("other/a");
        grants.request("packs/c");
        assertThat(issuer.downloadGrants()).isEqualTo(2);
    }

    @Test
    void aGrantIsNotUsedInItsLastMinute() throws IOException {
        grants.request("packs/a");
        clock.advance(LIFETIME.minusMinutes(1).minusNanos(1));
        grants.request("packs/a");
        assertThat(issuer.downloadGrants()).isEqualTo(1);

        clock.advance(Duration.ofNanos(1));
        grants.request("packs/a");
        assertThat(issuer.downloadGrants()).isEqualTo(2);
    }

    @Test
    void manyRefusalsOfOneGrantCostOneRenewal() throws IOException {
        GrantedRequest first = grants.request("packs/a");
        GrantedRequest second = grants.request("packs/b");
        grants.refused("packs/a", first);
        GrantedRequest renewed = grants.request("packs/a");
        grants.refused("packs/b", second);
        grants.request("packs/b");

        assertThat(issuer.downloadGrants()).isEqualTo(2);
        assertThat(renewed).isNotEqualTo(first);
    }

    @Test
    void whoWaitedForAStoreThatCannotBeReachedDoesNotTryItAgain() throws Exception {
        CountDownLatch letOn = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        DownloadGrants hopeless = new DownloadGrants(unreachable(asked, letOn), clock, LIFETIME);
        BackgroundCall first = BackgroundCall.start(() -> hopeless.request("packs/a"));
        first.awaitMethod("await");
        BackgroundCall second = BackgroundCall.start(() -> hopeless.request("packs/b"));
        second.awaitMethod("grantedRequest");
        letOn.countDown();

        assertThat(first.failure()).isInstanceOf(StorageUnavailableException.class);
        assertThat(second.failure()).isSameAs(first.failure());
        assertThat(asked).hasValue(1);

        assertThat(failureOf(() -> hopeless.request("packs/c"))).isInstanceOf(StorageUnavailableException.class);
        assertThat(asked).hasValue(2);
    }

    private static GrantIssuer unreachable(AtomicInteger asked, CountDownLatch letOn) {
        return (GrantIssuer) Proxy.newProxyInstance(
                GrantIssuer.class.getClassLoader(), new Class<?>[] {GrantIssuer.class}, (proxy, method, arguments) -> {
                    asked.incrementAndGet();
                    letOn.await();
                    throw new StorageUnavailableException("fake", "packs", "unreachable", null, null);
                });
    }
}
