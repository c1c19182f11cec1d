/**
 * Files of variables: {@code .env}, and what {@code --env-file}, {@code env_file} and {@code label_file} name.
 *
 * <p>{@link dev.banyan.api.compose.dotenv.DotEnv} reads the text of one into its variables, in the order of the text. Whoever reads
 * several lets the later win; the caller's own variables are filled in where values refer to them.
 *
 * <p><b>Guarantees.</b> Every text is answered by variables and by everything that is wrong with it. <b>Caveats.</b> Such files hold
 * secrets: their lines belong into no message.
 */
@NullMarked
package dev.banyan.api.compose.dotenv;

import org.jspecify.annotations.NullMarked;
