package dev.banyan.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Somebody who is not root: a number that the machine need not know, in no group, with a home.
 *
 * @param id number of the user and of the group
 * @param home the user's own directory, which exists
 */
public record User(int id, Path home) {
    /** A user with a new home. */
    public static User create(int id, Path home) {
        try {
            Files.createDirectory(home);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make " + home, failure);
        }
        var user = new User(id, home);
        user.own(home);
        return user;
    }

    /** Gives a file or directory to this user. */
    public void own(Path file) {
        Command.of("chown", id + ":" + id, file.toString()).run().orFail();
    }

    /** The command as this user would give it after logging in: without root's rights, groups, home and settings. */
    public Command command(Command command) {
        return command.behind(
                "setpriv",
                "--reuid=" + id,
                "--regid=" + id,
                "--clear-groups",
                "--inh-caps=-all",
                "--bounding-set=-all",
                "env",
                "--unset=XDG_CONFIG_HOME",
                "--unset=BANYAN_CONFIG",
                "--unset=BANYAN_CONTEXT",
                "--unset=USER",
                "HOME=" + home);
    }
}
