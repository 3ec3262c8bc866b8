using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Signing;
using Paypro.Server;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>A migrated database with three merchants, made once for a process and copied for each run; in memory where the machine allows it.</summary>
internal static class GroundFile
{
    private static readonly Lazy<string> Template = new(Make);
    private static int copies;

    public static string Copy()
    {
        var folder = Path.GetDirectoryName(Template.Value)!;
        var file = Path.Combine(folder, $"run-{Interlocked.Increment(ref copies)}.db");
        File.Copy(Template.Value, file, overwrite: true);
        return file;
    }

    public static PayproContext Open(string file) =>
        new SqlitePayproContext(new DbContextOptionsBuilder<SqlitePayproContext>().UseSqlite($"Data Source={file}").UseLoggerFactory(NullLoggerFactory.Instance).Options);

    public static void Delete(string file)
    {
        SqliteConnection.ClearAllPools();
        foreach (var ending in (string[])["", "-wal", "-shm"])
        {
            File.Delete(file + ending);
        }
    }

    private static string Make()
    {
        var root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(root, $"paypro-simulation-{Environment.ProcessId}")).FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var file = Path.Combine(folder, "ground.db");
        Task.Run(() => FillAsync(file)).GetAwaiter().GetResult();
        SqliteConnection.ClearAllPools();
        return file;
    }

    private static async Task FillAsync(string file)
    {
        var clock = new VirtualClock();
        var dice = new Dice(0);
        var rail = new VirtualRail(clock, dice.Random);
        await using var app = Application.Build(
            ["--Paypro:Sandbox=true", "--Paypro:Roles=api", "--Paypro:Database=Sqlite", $"--ConnectionStrings:Paypro=Data Source={file}", "--Paypro:Metrics=off"],
            services =>
            {
                services.AddSingleton<TimeProvider>(new NodeTime(clock, TimeSpan.Zero));
                services.AddSingleton<IRandomness>(dice);
                services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
                services.AddSingleton<IReadOnlyDictionary<string, IChannel>>(World.Channels(rail, clock, null, lists: false));
            });
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        var keys = app.Services.GetRequiredService<KeyMaker>();
        await app.Services.GetRequiredService<ConfigStore>().SaveAsync(context =>
        {
            foreach (var no in Shops.Numbers)
            {
                context.Merchants.Add(new MerchantRow { MerchantNo = no, Bucket = BucketOf(no), BusinessId = 1, Country = "MX", Currency = "MXN", Name = $"Shop {no}", CreatedAtMs = 1 });
                context.MerchantKeys.Add(keys.Make(no * 10, no, SigningAlgorithm.Md5, $"secret of shop {no}", signs: true, validFromMs: 0));
            }

            AddTerms(context, clock.NowMs);
            AddPatientAccount(context);
            AddSecondAccount(context);
            AddBooks(context);
            return Task.CompletedTask;
        });
        await app.Services.GetRequiredService<BatchWriter>().WriteAsync(new PostOnce(
            new TransferCause(TransferType.OpeningBalance, "test", 0, "opening:bank", clock.NowMs, 20260305),
            new Leg(AccountId.Bank(0, BankAccount, AccountKind.Bank, Currency.Mxn), -1_000_000_00),
            new Leg(AccountId.Platform(0, AccountKind.Equity, Currency.Mxn), 1_000_000_00)));
        foreach (var no in Shops.Numbers)
        {
            var openingMinor = no == Shops.Numbers[2] ? 1_000_00 : 50_000_00;
            await app.Services.GetRequiredService<BatchWriter>().WriteAsync(new PostOnce(
                new TransferCause(TransferType.OpeningBalance, "test", 0, $"opening:{no}", clock.NowMs, 20260305),
                new Leg(AccountId.Platform(BucketOf(no), AccountKind.Equity, Currency.Mxn), -openingMinor),
                new Leg(AccountId.Merchant(BucketOf(no), no, AccountKind.Available, Currency.Mxn), openingMinor)));
        }
    }

    public const long BankAccount = 1;

    public static long DestinationOf(long merchantNo) => merchantNo % 100;

    /// <summary>Where merchants withdraw to, and where it is paid from by hand.</summary>
    private static void AddBooks(PayproContext context)
    {
        context.BankAccounts.Add(new BankAccountRow { Id = BankAccount, Name = "Main", Currency = "MXN", Bank = "A bank", Number = "002010077777777771", Holder = "Operator" });
        foreach (var no in Shops.Numbers)
        {
            context.Destinations.Add(new DestinationRow
            {
                Id = DestinationOf(no), MerchantNo = no, Name = "Main", Bank = "A bank", Number = "002010077777777771", Holder = $"Shop {no}", State = DestinationState.Confirmed, UsableFromMs = 1,
            });
        }
    }

    /// <summary>
    /// A merchant whose fees come back and of whose money something is withheld, one with a reserve that has a cap, and one with both. Ten hours after
    /// the beginning other versions hold.
    /// </summary>
    private static void AddTerms(PayproContext context, long beganMs)
    {
        foreach (var no in Shops.Numbers)
        {
            var days = (int)(no - Shops.Numbers[0]);
            var payIn = new TermsRow
            {
                MerchantNo = no, Country = "MX", Direction = Direction.PayIn, BasisPoints = 150, FixedMinor = 100, TaxBasisPoints = 1600, SettlementDays = days, BusinessDays = days == 1,
                ReturnsFee = days == 0, ReserveBasisPoints = days * 700, ReserveDays = days * 2, ReserveCapMinor = days == 1 ? 300_00 : 0,
                RefundBasisPoints = days * 30, RefundFixedMinor = days == 2 ? 0 : 150, DisputeFeeMinor = days * 1000,
                WithholdingName = days == 1 ? "" : "ISR", WithholdingBasisPoints = days == 1 ? 0 : 210,
            };
            var payout = new TermsRow { MerchantNo = no, Country = "MX", Direction = Direction.Payout, BasisPoints = 50, FixedMinor = 300, TaxBasisPoints = 1600, ReturnsFee = days == 2 };
            var laterMs = beganMs + 10 * 3_600_000;
            context.Terms.AddRange(
                payIn, payout, payIn with { ValidFromMs = laterMs, BasisPoints = 210, WithholdingName = "ISR", WithholdingBasisPoints = 125 }, payout with { ValidFromMs = laterMs, FixedMinor = 250 });
        }
    }

    /// <summary>Small payouts go to a rail where sending twice is harmless.</summary>
    private static void AddPatientAccount(PayproContext context)
    {
        context.ChannelAccounts.Add(new ChannelAccountRow { Id = 777, Channel = "patient", Name = "Patient", Country = "MX", Currency = "MXN", Priority = -1 });
        context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = 777, Direction = Direction.Payout, Way = "*", MinimumMinor = 100, MaximumMinor = 200_00, CostBasisPoints = 20, CostFixedMinor = 30 });
    }

    /// <summary>Where stores and payouts go on when the first account is in trouble.</summary>
    private static void AddSecondAccount(PayproContext context)
    {
        context.ChannelAccounts.Add(new ChannelAccountRow { Id = 888, Channel = "sandbox", Name = "Second", Country = "MX", Currency = "MXN", Priority = 1 });
        context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = 888, Direction = Direction.PayIn, Way = "store", MinimumMinor = 100, TimeToLiveMinutes = 60 * 24, CostBasisPoints = 30 });
        context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = 888, Direction = Direction.Payout, Way = "*", MinimumMinor = 100, CostBasisPoints = 30, CostFixedMinor = 10 });
    }

    private static short BucketOf(long no) => Buckets.Of(no.ToString(CultureInfo.InvariantCulture));
}
