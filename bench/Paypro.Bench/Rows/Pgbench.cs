using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Paypro.Bench.Ground;

namespace Paypro.Bench.Rows;

/// <summary>
/// The comparison: pgbench applies outcomes with the statements that a careful program without batches would use, one
/// transaction each, prepared, and with the contended row (the bucket's lock) locked last.
/// </summary>
internal static partial class Pgbench
{
    private static readonly string Script = $$"""
        \set i :i + 1
        \set k :first + :i * :clients + :client_id
        \set n :k * {{OrderLoader.PaidStep}} % :count
        \set id {{OrderLoader.FirstId}} + :n
        \set m :n % :merchants
        \set bucket :m % 64
        \set merchant :first_merchant + :m
        \set available (30000000000 + :merchant) * 100000 + 1484
        \set clearing {{(20_000_000_000 + OrderLoader.ChannelAccountId) * 100_000 + 11_484}}
        \set fees {{10_000_000_000 * 100_000 + 23_484}}
        \set tax {{10_000_000_000 * 100_000 + 24_484}}
        BEGIN;
        SELECT state, paid_minor, amount_minor, event_count + 1 AS event_no, result_version + 1 AS version, timer_due_ms FROM orders WHERE bucket = :bucket AND id = :id FOR UPDATE \gset
        SELECT state AS attempt_state FROM attempts WHERE bucket = :bucket AND order_id = :id AND attempt_no = 1 \gset
        UPDATE orders SET state = 3, paid_minor = paid_minor + 30000, fee_minor = 450, tax_minor = 72, utr = lpad(:k::text, 20, '0'), success_at_ms = 1790000000000, timer_due_ms = 0, event_count = :event_no, result_version = :version WHERE bucket = :bucket AND id = :id;
        UPDATE attempts SET state = 5, lease_until_ms = 0 WHERE bucket = :bucket AND order_id = :id AND attempt_no = 1;
        INSERT INTO events (bucket, order_id, sequence, type, cause, detail, at_ms) VALUES (:bucket, :id, :event_no, 3, 'callback', lpad(:k::text, 20, '0'), 1790000000000);
        DELETE FROM timers WHERE bucket = :bucket AND due_at_ms = :timer_due_ms AND order_id = :id;
        INSERT INTO notifications (bucket, order_id, merchant_no, version, tries, due_at_ms, lease_until_ms) VALUES (:bucket, :id, :merchant, :version, 0, 1790000000000, 0);
        SELECT bucket AS locked FROM bucket_locks WHERE bucket = :bucket FOR UPDATE \gset
        SELECT last_transfer_no + 1 AS transfer_no, encode(sha256(hash || int8send(:id)), 'hex') AS hash FROM chains WHERE bucket = :bucket \gset
        INSERT INTO rail_movements (channel_account_id, direction, kind, dedupe_key, statement_bucket, statement_id) VALUES ({{OrderLoader.ChannelAccountId}}, 1, 1, '20250101-40012-' || lpad(:k::text, 20, '0'), :bucket, :k) ON CONFLICT DO NOTHING;
        INSERT INTO rail_statements (bucket, id, channel_account_id, direction, kind, source, outcome, order_id, crossed_to, reference, dedupe_key, amount_minor, currency, rail_reference, reason, note, occurred_at_ms, received_at_ms, booked_at_ms, transfer_no, returned_minor, body_id) VALUES (:bucket, :k, {{OrderLoader.ChannelAccountId}}, 1, 2, 1, 1, :id, 0, '646180000000000000', '20250101-40012-' || lpad(:k::text, 20, '0'), 30000, 'MXN', lpad(:k::text, 20, '0'), '', '', 1790000000000, 1790000000000, 1790000000000, :transfer_no, 0, 0);
        INSERT INTO transfers (bucket, transfer_no, type, cause, order_id, once_key, booked_at_ms, hash) VALUES (:bucket, :transfer_no, 1, 'callback', :id, NULL, 1790000000000, decode(:hash, 'hex'));
        SELECT balance_minor + 450 AS fees_after, sequence + 1 AS fees_no FROM accounts WHERE bucket = :bucket AND id = :fees \gset
        SELECT balance_minor + 72 AS tax_after, sequence + 1 AS tax_no FROM accounts WHERE bucket = :bucket AND id = :tax \gset
        SELECT balance_minor - 30000 AS clearing_after, sequence + 1 AS clearing_no FROM accounts WHERE bucket = :bucket AND id = :clearing \gset
        SELECT balance_minor + 29478 AS available_after, sequence + 1 AS available_no FROM accounts WHERE bucket = :bucket AND id = :available \gset
        INSERT INTO entries (bucket, account_id, sequence, transfer_no, leg, amount_minor, balance_after_minor, booked_at_ms, value_date, due_date) VALUES (:bucket, :clearing, :clearing_no, :transfer_no, 1, -30000, :clearing_after, 1790000000000, 20250101, 0), (:bucket, :available, :available_no, :transfer_no, 2, 29478, :available_after, 1790000000000, 20250101, 0), (:bucket, :fees, :fees_no, :transfer_no, 3, 450, :fees_after, 1790000000000, 20250101, 0), (:bucket, :tax, :tax_no, :transfer_no, 4, 72, :tax_after, 1790000000000, 20250101, 0);
        COMMIT;
        """;

    /// <param name="database">With orders loaded.</param>
    /// <param name="merchants">As they were loaded.</param>
    /// <param name="firstMerchantNo">As they were loaded.</param>
    /// <param name="clients">Transactions at once.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="first">How many payments there were before.</param>
    /// <param name="count">How many orders were loaded.</param>
    /// <returns>Transactions a second.</returns>
    public static async Task<double> RunAsync(BenchDatabase database, int merchants, long firstMerchantNo, int clients, double seconds, long first, long count)
    {
        var script = Path.Combine(Place.Folder, "outcome.pgbench");
        await File.WriteAllTextAsync(script, Script.ReplaceLineEndings("\n"));
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
        var info = new ProcessStartInfo(
            Path.Combine(Place.PostgresPrograms, "pgbench"),
            [
                "--no-vacuum", "--protocol=prepared", $"--client={Number(clients)}", $"--jobs={Number(Math.Min(clients, Environment.ProcessorCount))}",
                $"--time={Number((long)Math.Ceiling(seconds))}", $"--file={script}", "--host=127.0.0.1", $"--port={Number(server.Port)}", "--username=postgres",
                "-D", "i=-1", "-D", $"first={Number(first)}", "-D", $"count={Number(count)}", "-D", $"clients={Number(clients)}", "-D", $"merchants={Number(merchants)}",
                "-D", $"first_merchant={Number(firstMerchantNo)}", server.Database!,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info) ?? throw new InvalidOperationException("pgbench did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var rate = Rate().Match(printed);
        return process.ExitCode == 0 && rate.Success
            ? double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench ended with code {process.ExitCode}:\n{printed}\n{await errors}");
    }

    [GeneratedRegex(@"^tps = ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Rate();
}
