package dev.banyan.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.Ipv4Address;
import org.junit.jupiter.api.Test;

class AskersTest {
    private static final Ipv4Address ADDRESS = Ipv4Address.parse("10.192.3.7");

    private final Askers askers = new Askers(Asked.LABEL);

    @Test
    void knowWhoseASandboxIs() {
        askers.came(Asked.sandbox("s1", "10.192.3.7", "default/shop.eu.web.3.0.1"));

        assertThat(askers.serviceOf(ADDRESS)).contains("shop.eu.web");
        assertThat(askers.serviceOf(Ipv4Address.parse("10.192.3.8"))).isEmpty();
    }

    @Test
    void forgetOneThatWent() {
        askers.came(Asked.sandbox("s1", "10.192.3.7", "default/shop.web.3.0.1"));
        askers.went("s1");

        assertThat(askers.serviceOf(ADDRESS)).isEmpty();
    }

    @Test
    void keepWhoHasTheAddressNow() {
        askers.came(Asked.sandbox("s1", "10.192.3.7", "default/shop.web.3.0.1"));
        askers.came(Asked.sandbox("s2", "10.192.3.7", "default/blog.web.1.0.0"));
        askers.went("s1");

        assertThat(askers.serviceOf(ADDRESS)).contains("blog.web");
    }

    @Test
    void passOverWhatIsOfNoTask() {
        askers.came(Asked.sandbox("s1", "10.192.3.7", ""));

        assertThat(askers.serviceOf(ADDRESS)).isEmpty();
    }
}
