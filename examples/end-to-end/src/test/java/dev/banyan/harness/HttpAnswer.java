package dev.banyan.harness;

import java.util.List;
import java.util.Map;

/**
 * Answer to one request.
 *
 * @param status HTTP status; 0 when there was no answer, and the body says why
 * @param body the answer's body
 */
public record HttpAnswer(int status, String body) {
    /** Whether it is a 2xx. */
    public boolean ok() {
        return status / 100 == 2;
    }

    // Curl in the server's namespace: a socket of this process would be one of the machine's.
    static HttpAnswer get(Server from, String url) {
        var output = from.run(new Command(
                List.of(
                        "curl",
                        "--silent",
                        "--show-error",
                        "--connect-timeout",
                        "2",
                        "--max-time",
                        "10",
                        "--write-out",
                        "\n%{http_code}",
                        url),
                Map.of()));
        if (output.status() != 0) {
            return new HttpAnswer(0, output.err());
        }
        var end = output.out().lastIndexOf('\n');
        return new HttpAnswer(
                Integer.parseInt(output.out().substring(end + 1)), output.out().substring(0, end));
    }
}
