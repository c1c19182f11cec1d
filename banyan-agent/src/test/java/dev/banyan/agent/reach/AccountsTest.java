package dev.banyan.agent.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.door.CommandSpec.User;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountsTest {
    private final Accounts accounts = new Accounts(
            "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:an app:/home/app:/bin/sh\nbroken:x\n",
            "root:x:0:\nstaff:x:50:other,app\nown:x:1001:app\nbroken\n");

    @Test
    void findsAUserByNameWithAllItsGroups() {
        assertThat(accounts.find("app")).contains(new User(1000, 1001, List.of(50L)));
        assertThat(accounts.find("root")).contains(new User(0, 0, List.of()));
    }

    @Test
    void findsAUserByNumberWhetherItHasANameOrNot() {
        assertThat(accounts.find("1000")).contains(new User(1000, 1001, List.of(50L)));
        assertThat(accounts.find("4711")).contains(new User(4711, 0, List.of()));
    }

    @Test
    void takesAGroupThatIsNamedAndNoOther() {
        assertThat(accounts.find("app:staff")).contains(new User(1000, 50, List.of()));
        assertThat(accounts.find("4711:4712")).contains(new User(4711, 4712, List.of()));
    }

    @Test
    void knowsNobodyElse() {
        assertThat(accounts.find("nobody")).isEmpty();
        assertThat(accounts.find("broken")).isEmpty();
        assertThat(accounts.find("app:nogroup")).isEmpty();
        assertThat(accounts.find("4294967295")).isEmpty();
        assertThat(new Accounts("", "").find("0")).contains(new User(0, 0, List.of()));
    }
}
