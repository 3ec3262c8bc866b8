using System.Globalization;
using Paypro.Bench;
using Paypro.Bench.Ground;
using Paypro.Bench.Load;
using Paypro.Bench.Reference;
using Paypro.Bench.Rows;

switch (args)
{
    case ["reference", var port]:
        await ReferenceEndpoint.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), BenchMerchants.Secrets());
        return 0;
    case ["load", var json]:
        LoadProcess.Generate(json);
        return 0;
    case ["receive", var port]:
        NotificationReceiver.Run(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    default:
        return await MeasureAsync(args);
}

static async Task<int> MeasureAsync(string[] args)
{
    Options options;
    try
    {
        options = Options.Read(args);
    }
    catch (ArgumentException error)
    {
        await Console.Error.WriteLineAsync(error.Message);
        return 2;
    }

    var report = new Report();
    var postgres = await new BenchDatabase("Postgres", Place.Postgres).ScalarAsync<string>("SELECT split_part(current_setting('server_version'), ' ', 1)");
    report.Say($"Machine: {Place.MachineSize()}, PostgreSQL {postgres}. {DateTimeOffset.UtcNow:yyyy-MM-dd}, `bench/run {string.Join(' ', args)}`.\n");
    report.Say($"Runs of each variant: {options.Runs}, at most {options.Seconds.ToString(CultureInfo.InvariantCulture)} s each; median (lowest – highest).");
    var failed = 0;
    foreach (var row in options.Rows)
    {
        try
        {
            await (row switch
            {
                "payin" => PayInRow.RunAsync(options, report),
                "outcome" => OutcomeRow.RunAsync(options, report),
                "latency" => LatencyRow.RunAsync(options, report),
                "stored" => StoredRow.RunAsync(options, report),
                "notify" => NotificationRow.RunAsync(options, report),
                "nodes" => NodesRow.RunAsync(options, report),
                Options.Portals => PortalsRow.RunAsync(options, report),
                Options.People => PeopleRow.RunAsync(options, report),
                Options.Soak => SoakRow.RunAsync(options, report),
                _ => StartRow.RunAsync(options, report),
            });
        }
#pragma warning disable CA1031 // The other rows are measured all the same; what failed is said and counted.
        catch (Exception error)
#pragma warning restore CA1031
        {
            failed++;
            await Console.Error.WriteLineAsync($"The row {row} could not be measured: {error}");
        }
    }

    if (options.Save && failed == 0)
    {
        report.Save();
    }

    return failed == 0 ? 0 : 1;
}
