package dev.banyan.api.kinds.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "net.core.somaxconn",
                "net.ipv4.conf.eth0/1.forwarding",
                "net.ipv4.ip_unprivileged_port_start",
                "kernel.shmmax",
                "kernel.sem",
                "kernel.msgmni",
                "kernel.shm_rmid_forced",
                "fs.mqueue.msg_max",
            })
    void letsContainersSetTheirOwn(String name) {
        assertThat(Sysctls.refusal(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "vm.swappiness, whole server",
        "kernel.pid_max, whole server",
        "kernel.shmall2, whole server",
        "fs.file-max, whole server",
        "kernel.domainname, write \"domainname\"",
        "kernel.hostname, write \"hostname\"",
        "net, no setting",
        "net/../kernel.x, no setting",
        "net.core.a b, no setting",
    })
    void refusesByNameWhatReachesFurther(String name, String why) {
        assertThat(Sysctls.refusal(name))
                .hasValueSatisfying(words -> assertThat(words).contains(why));
    }
}
