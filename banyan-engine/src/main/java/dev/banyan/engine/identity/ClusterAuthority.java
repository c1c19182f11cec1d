package dev.banyan.engine.identity;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.identity.Keys;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The cluster's certificate authority. Immutable and thread-safe. */
public final class ClusterAuthority {
    private static final Duration OWN_VALIDITY = Duration.ofDays(3650);

    /** Clocks of members may be this much behind the engine's. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final int SERIAL_BYTES = 16;
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*");

    private static final String SUBJECT = "CN=banyan ";

    private final Credentials own;
    private final String cluster;
    private final Env env;

    private ClusterAuthority(Credentials own, String cluster, Env env) {
        this.own = own;
        this.cluster = cluster;
        this.env = env;
    }

    /** A new authority for a new cluster; {@link #credentials()} is what has to be kept of it. */
    public static ClusterAuthority create(String cluster, Env env) {
        var pair = Keys.generate();
        var name = new X500Name(SUBJECT + cluster);
        var now = env.time().now();
        try {
            var builder = builder(name, name, pair.getPublic(), now.plus(OWN_VALIDITY), env);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            var certificate = new JcaX509CertificateConverter().getCertificate(builder.build(signer));
            return new ClusterAuthority(
                    new Credentials(pair.getPrivate(), List.of(certificate), certificate), cluster, env);
        } catch (GeneralSecurityException | OperatorCreationException | IOException failed) {
            throw new IdentityException("cannot make an authority for cluster " + cluster, failed);
        }
    }

    /** The authority that was kept. */
    public static ClusterAuthority of(Credentials kept, String cluster, Env env) {
        return new ClusterAuthority(kept, cluster, env);
    }

    /**
     * The authority that was copied from another engine of its cluster.
     *
     * @throws IdentityException when it is no cluster's authority
     */
    public static ClusterAuthority copied(Credentials kept, Env env) {
        var subject = kept.leaf().getSubjectX500Principal().getName();
        if (!subject.startsWith(SUBJECT)) {
            throw new IdentityException("a certificate of '" + subject + "' is not the authority of a cluster");
        }
        return of(kept, subject.substring(SUBJECT.length()), env);
    }

    /** Key and certificate of the authority itself: the most secret of the cluster. */
    public Credentials credentials() {
        return own;
    }

    public String cluster() {
        return cluster;
    }

    public X509Certificate certificate() {
        return own.leaf();
    }

    /** SHA-256 of the authority's certificate in hexadecimal, as it stands in join tokens. */
    public String fingerprint() {
        return Keys.fingerprint(own.leaf());
    }

    /** A certificate for a key, followed by the authority's. */
    public List<X509Certificate> issue(PublicKey key, Subject subject) {
        var identity = subject.identity();
        if (!identity.cluster().equals(cluster)) {
            throw new IllegalArgumentException(identity + " is not of cluster " + cluster);
        }
        try {
            var issuer =
                    X500Name.getInstance(own.leaf().getSubjectX500Principal().getEncoded());
            var name = new X500Name("CN=" + identity.name() + ",OU=" + identity.role());
            var end = env.time().now().plus(subject.validity());
            var builder = builder(issuer, name, key, end, env);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes(identity)));
            builder.addExtension(Extension.subjectAlternativeName, false, names(subject));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils()
                            .createAuthorityKeyIdentifier(own.leaf().getPublicKey()));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(own.key());
            return List.of(new JcaX509CertificateConverter().getCertificate(builder.build(signer)), own.leaf());
        } catch (GeneralSecurityException | OperatorCreationException | IOException failed) {
            throw new IdentityException("cannot issue a certificate for " + identity, failed);
        }
    }

    /** A fresh key with its certificate. */
    public Credentials issue(Subject subject) {
        var pair = Keys.generate();
        return new Credentials(pair.getPrivate(), issue(pair.getPublic(), subject), own.leaf());
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant end, Env env)
            throws GeneralSecurityException, IOException {
        var serial = new BigInteger(1, env.entropy().bytes(SERIAL_BYTES));
        var begin = env.time().now().minus(SKEW);
        var builder = new JcaX509v3CertificateBuilder(issuer, serial, Date.from(begin), Date.from(end), subject, key);
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
        return builder;
    }

    /** Admins, agents and controllers only connect; engines and servers do both, etcd even to itself. */
    private static KeyPurposeId[] purposes(SpiffeId identity) {
        boolean connectsOnly = Set.of("admin", "agent", "controller").contains(identity.role());
        return connectsOnly
                ? new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth}
                : new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth};
    }

    private static GeneralNames names(Subject subject) {
        var names = new ArrayList<GeneralName>();
        names.add(new GeneralName(
                GeneralName.uniformResourceIdentifier, subject.identity().uri()));
        for (var host : subject.hosts()) {
            int type = ADDRESS.matcher(host).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
            names.add(new GeneralName(type, host));
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }
}
