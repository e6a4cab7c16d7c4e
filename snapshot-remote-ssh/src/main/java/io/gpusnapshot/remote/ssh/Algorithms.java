package io.gpusnapshot.remote.ssh;

import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.cipher.ChachaPolyCiphers;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import com.hierynomus.sshj.transport.kex.DHGroups;
import com.hierynomus.sshj.transport.kex.ExtInfoClientFactory;
import com.hierynomus.sshj.transport.mac.Macs;
import java.util.List;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.DefaultConfig;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.transport.kex.DHGexSHA256;
import net.schmizz.sshj.transport.kex.ECDHNistP;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/** What we are willing to speak: what OpenSSH speaks by default, without SHA-1 and host certificates. */
final class Algorithms {
    private static final Logger LOG = LoggerFactory.getLogger(Algorithms.class);

    private Algorithms() {}

    static Config config() {
        return new SilentConfig();
    }

    /** Signature algorithms for a type of key, as it is named in files. */
    static List<String> signaturesFor(String keyType) {
        return keyType.equals("ssh-rsa") ? List.of("rsa-sha2-512", "rsa-sha2-256") : List.of(keyType);
    }

    private static final class SilentConfig extends DefaultConfig {
        SilentConfig() {
            if (!LOG.isDebugEnabled()) {
                setLoggerFactory(new Silence());
            }
        }

        @Override
        protected void initKeyExchangeFactories() {
            setKeyExchangeFactories(List.of(
                    new Curve25519SHA256.Factory(),
                    new Curve25519SHA256.FactoryLibSsh(),
                    new ECDHNistP.Factory256(),
                    new ECDHNistP.Factory384(),
                    new ECDHNistP.Factory521(),
                    new DHGexSHA256.Factory(),
                    DHGroups.Group16SHA512(),
                    DHGroups.Group18SHA512(),
                    DHGroups.Group14SHA256(),
                    new ExtInfoClientFactory()));
        }

        @Override
        protected void initKeyAlgorithms() {
            setKeyAlgorithms(List.of(
                    KeyAlgorithms.EdDSA25519(),
                    KeyAlgorithms.ECDSASHANistp256(),
                    KeyAlgorithms.ECDSASHANistp384(),
                    KeyAlgorithms.ECDSASHANistp521(),
                    KeyAlgorithms.RSASHA512(),
                    KeyAlgorithms.RSASHA256()));
        }

        @Override
        protected void initCipherFactories() {
            setCipherFactories(List.of(
                    GcmCiphers.AES128GCM(),
                    GcmCiphers.AES256GCM(),
                    ChachaPolyCiphers.CHACHA_POLY_OPENSSH(),
                    BlockCiphers.AES128CTR(),
                    BlockCiphers.AES192CTR(),
                    BlockCiphers.AES256CTR()));
        }

        @Override
        protected void initMACFactories() {
            setMACFactories(
                    List.of(Macs.HMACSHA2256Etm(), Macs.HMACSHA2512Etm(), Macs.HMACSHA2256(), Macs.HMACSHA2512()));
        }
    }

    /** sshj logs as errors what it also throws, and callers are told; so it speaks only when debugging. */
    private static final class Silence implements net.schmizz.sshj.common.LoggerFactory {
        @Override
        public Logger getLogger(String name) {
            return NOPLogger.NOP_LOGGER;
        }

        @Override
        public Logger getLogger(Class<?> type) {
            return NOPLogger.NOP_LOGGER;
        }
    }
}
