package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.Isolation;
import dev.banyan.agent.container.Isolation.Shared;
import dev.banyan.agent.container.cri.v1.Capability;
import dev.banyan.agent.container.cri.v1.Int64Value;
import dev.banyan.agent.container.cri.v1.LinuxContainerSecurityContext;
import dev.banyan.agent.container.cri.v1.NamespaceMode;
import dev.banyan.agent.container.cri.v1.NamespaceOption;
import dev.banyan.agent.container.cri.v1.SecurityProfile;
import dev.banyan.agent.container.cri.v1.SecurityProfile.ProfileType;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who a container's process is and what it may do, in CRI's words. Pure. */
final class SecurityConfigs {
    private SecurityConfigs() {}

    static LinuxContainerSecurityContext of(ContainerSpec spec) {
        var powers = spec.tuning().powers();
        var isolation = spec.tuning().isolation();
        var security = LinuxContainerSecurityContext.newBuilder()
                .setNamespaceOptions(namespaces(isolation))
                .setReadonlyRootfs(spec.confinement().readOnly())
                .setNoNewPrivs(spec.confinement().noNewPrivileges())
                .setPrivileged(isolation.privileged())
                .addAllSupplementalGroups(spec.tuning().manner().groups())
                .setSeccomp(profile(powers.seccompUnconfined()));
        if (!powers.add().isEmpty() || !powers.drop().isEmpty()) {
            security.setCapabilities(
                    Capability.newBuilder().addAllAddCapabilities(powers.add()).addAllDropCapabilities(powers.drop()));
        }
        if (powers.apparmorUnconfined()) {
            security.setApparmor(profile(true));
        } else if (!powers.apparmorProfile().isEmpty()) {
            security.setApparmor(SecurityProfile.newBuilder()
                    .setProfileType(ProfileType.Localhost)
                    .setLocalhostRef(powers.apparmorProfile()));
        }
        spec.process().user().ifPresent(user -> setUser(security, user));
        return security.build();
    }

    /** A process namespace of its own makes the command process 1 and lets it outlive the sandbox's holding process. */
    static NamespaceOption namespaces(Isolation isolation) {
        var options = NamespaceOption.newBuilder()
                .setPid(isolation.shared().contains(Shared.PID) ? NamespaceMode.NODE : NamespaceMode.CONTAINER);
        if (isolation.shared().contains(Shared.IPC)) {
            options.setIpc(NamespaceMode.NODE);
        }
        if (isolation.shared().contains(Shared.NETWORK)) {
            options.setNetwork(NamespaceMode.NODE);
        }
        return options.build();
    }

    static SecurityProfile.Builder profile(boolean unconfined) {
        return SecurityProfile.newBuilder()
                .setProfileType(unconfined ? ProfileType.Unconfined : ProfileType.RuntimeDefault);
    }

    private static void setUser(LinuxContainerSecurityContext.Builder security, String text) {
        var user = User.parse(text);
        if (user.group().isPresent()) {
            // CRI has numbers of groups alone, but hands the name of a user on as it is: what follows a colon is a
            // group.
            security.setRunAsUsername(text);
            return;
        }
        user.uid().ifPresent(uid -> security.setRunAsUser(number(uid)));
        user.name().ifPresent(security::setRunAsUsername);
        user.gid().ifPresent(gid -> security.setRunAsGroup(number(gid)));
    }

    private static Int64Value number(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }

    /** Whom a command runs as: a uid or a name, and a gid or a group's name. */
    record User(Optional<Long> uid, Optional<String> name, Optional<Long> gid, Optional<String> group) {
        private static final Pattern FORM = Pattern.compile(
                "(?:([0-9]{1,10})|([a-z_][a-z0-9_.-]{0,31}))(?::(?:([0-9]{1,10})|([a-z_][a-z0-9_.-]{0,31})))?");

        static User parse(String text) {
            var parts = FORM.matcher(text);
            if (!parts.matches()) {
                throw new ContainerException(
                        ContainerException.Kind.INVALID,
                        "user wanted as name or uid, and a group or gid after a colon: " + text);
            }
            return new User(
                    Optional.ofNullable(parts.group(1)).map(Long::valueOf),
                    Optional.ofNullable(parts.group(2)),
                    Optional.ofNullable(parts.group(3)).map(Long::valueOf),
                    Optional.ofNullable(parts.group(4)));
        }
    }
}
