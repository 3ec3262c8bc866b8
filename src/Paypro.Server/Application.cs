// Long because it is one list of what is registered and one of what is mapped, a line for each room.
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Calls;
using Paypro.Server.Cases;
using Paypro.Server.Checkout;
using Paypro.Server.Dashboard;
using Paypro.Server.Dashboard.Outgoing;
using Paypro.Server.Dashboard.Refunds;
using Paypro.Server.Disputes;
using Paypro.Server.Ledger;
using Paypro.Server.Mail;
using Paypro.Server.MerchantApi;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Operator;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Reference;
using Paypro.Server.Routing;
using Paypro.Server.Sandbox;
using Paypro.Server.Screening;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.SelfService;
using Paypro.Server.Settlement;
using Paypro.Server.Statements;
using Paypro.Server.Statistics;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.Server.Vouchers;

namespace Paypro.Server;

/// <summary>Puts the rooms together: one list of what is registered, one of what is mapped.</summary>
internal static class Application
{
    /// <summary>After listening began, before the memory of the start goes back: later than the first requests of whoever waited for the node.</summary>
    private static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] args)
    {
        Descriptors.RequireSome();
        var (command, settings) = Command.Split(args);
        Command.CheckSettings(settings.Where(s => s is not (DemoStart.Asked or DemoStart.Again)));
        var app = Build(await DemoStart.PrepareAsync(settings));
        try
        {
            await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
            if (command is not null)
            {
                return await Command.RunAsync(command, app.Services);
            }

            await ListenAsync(app);
            await Console.Out.WriteLineAsync(await app.Services.GetRequiredService<Announcement>().TextAsync(app.Urls, CancellationToken.None));
            await ServeAsync(app);
        }
        finally
        {
            await FinishAsync(app);
        }

        return Environment.ExitCode;
    }

    /// <summary>
    /// Until the stop. Starting fills memory that serving does not need (models, settings, seeds): a tenth of an idle node's, and the collector
    /// sees no reason to hand it back while little happens. One pause of some ten milliseconds does.
    /// </summary>
    private static async Task ServeAsync(WebApplication app)
    {
        var stopped = app.WaitForShutdownAsync();
        await Task.WhenAny(stopped, Task.Delay(SettledAfter, app.Services.GetRequiredService<TimeProvider>(), CancellationToken.None));
        if (!stopped.IsCompleted)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        await stopped;
    }

    /// <summary>
    /// The last step of a stop. Connections are drained and loops have ended; the writer, disposed with the services, finishes what
    /// was queued. A database that is away must not keep the process without end: nobody was told that the rest was stored.
    /// </summary>
    private static async Task FinishAsync(WebApplication app)
    {
        var limit = TimeSpan.FromSeconds(app.Services.GetRequiredService<PayproOptions>().StopSeconds);
        try
        {
            await app.DisposeAsync().AsTask().WaitAsync(limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync("Paypro stopped before all that waited was stored (Paypro__StopSeconds); none of it had been acknowledged.");
            Environment.ExitCode = 3;
        }
    }

    private static async Task ListenAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception error) when (error is IOException or FormatException or System.Net.Sockets.SocketException or InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" })
        {
            throw new BadSettingException($"ASPNETCORE_URLS (or --urls): {error.Message}");
        }
    }

    /// <summary>The whole application, not yet started; <see cref="Start.PrepareAsync"/> must run before it is.</summary>
    /// <param name="args">Command-line arguments, which win over the environment.</param>
    /// <param name="replace">Changes the registrations last: a test's own clock, for one.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        // Settings lie beside the program, wherever it is started from; the database's path is the operator's and starts where he stands.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddLogs();
        Settings.CheckTimeZones();
        var options = Settings.Read(builder.Configuration);
        var installation = Installation.From(options, builder.Environment.IsDevelopment());
        PublicSite.Check(options);

        // A line that ends with a line feed alone is read differently by what stands in front of us.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        builder.WebHost.ConfigureKestrel(ConnectionLimits.Configure);
        var services = builder.Services;
        services.AddSingleton(Descriptors.Divide(options, StorageSetup.DescriptorsOf(builder.Configuration, options)));
        services.AddSingleton<ConnectionLimits>();
        services.AddSingleton<SocketTransportFactory>();
        services.AddSingleton<IConnectionListenerFactory, LimitedListeners>();
        services.AddSingleton<ListenAddresses>();
        services.AddSingleton(options);
        services.AddSingleton(installation);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IRandomness, SystemRandomness>();
        services.AddSingleton<IdSource>();
        services.AddSingleton(CountryCatalog.BuiltIn);
        builder.AddStorage(options, installation);
        builder.AddTelemetry(DatabaseSpans.AddDatabase);
        services.AddMetricsPort(options);
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(options.StopSeconds));
        services.AddSingleton<ConfigStore>();
        services.AddSingleton(s => MasterKeyPlace.Of(options, installation, s.GetRequiredService<DatabasePlace>().Folder));
        services.AddSingleton(s => s.GetRequiredService<MasterKeyPlace>().Read(s.GetRequiredService<IRandomness>()));
        services.AddSingleton<InstallationSecrets>();
        services.AddSingleton<Start>();
        services.AddSingleton<Announcement>();
        services.AddReadiness();
        services.AddVouchers();
        services.AddCheckout(installation);
        AddChannels(services, installation);
        AddCore(services);
        services.AddNotifications(options.Notifications, installation);
        services.AddCalls();
        services.AddMerchantApi();
        services.AddReference();
        services.AddMails(options);
        services.AddAccess();
        services.AddDisputes();
        services.AddBooks();
        services.AddScreens();
        services.AddOperator();
        services.AddAlerts(options, installation);
        services.AddScreening(options, installation);
        services.AddDashboard();
        services.AddSandbox(installation);
        services.AddSelfService(installation);
        services.AddLoop(
            "snapshot", s => async stop => { await s.GetRequiredService<SnapshotStore>().RefreshOnceAsync(stop); return false; }, SnapshotStore.PollEvery);
        services.AddLoop(
            "configuration cases", s => async _ => { await s.GetRequiredService<ConfigurationCases>().RunOnceAsync(); return false; }, SnapshotStore.PollEvery);
        services.AddLoop("unpaid pay-ins", s => s.GetRequiredService<UnpaidPayIns>().RunOnceAsync, UnpaidPayIns.Every);
        services.AddLoop("open cases", s => s.GetRequiredService<OpenCases>().RunOnceAsync, OpenCases.Every);
        services.AddHostedService<CountersAtZero>();
        services.AddLoop("health cases", s => s.GetRequiredService<HealthCases>().RunOnceAsync, HealthCases.Every);
        if (installation.Does("worker"))
        {
            AddLoops(services);
            services.AddMailLoops(options);
            services.AddAlertLoops(options);
        }

        replace?.Invoke(services);
        var app = builder.Build();
        app.UseHttpsOnly(installation);
        app.UseRequestFaults();
        app.UseMetrics(options);
        app.UseForwardedCallers(options);
        app.UsePageLimits();
        app.MapHealth();
        app.MapSecurityContact(options);
        if (installation.Does("api"))
        {
            app.MapMerchantApi();
            app.MapChannelCallbacks();
            app.MapSandbox();
        }

        app.MapCheckout();
        app.MapVouchers();
        app.MapReference();
        app.MapScreenFiles();
        app.MapOperator();
        app.MapDashboard();
        app.MapSelfService(DashboardRoutes.LinksOf);
        return app;
    }

    private static void AddChannels(IServiceCollection services, Installation installation)
    {
        services.AddSingleton<SandboxFaultPlans>();
        if (installation.IsSandbox)
        {
            services.AddSingleton<ISandboxRail, SandboxRail>();
        }

        services.AddSingleton(s => ChannelCatalog.Make(
            new ChannelParts(s.GetRequiredService<TimeProvider>(), s.GetService<ISandboxRail>(), s.GetRequiredService<SandboxFaultPlans>()), installation.IsSandbox));
    }

    private static void AddCore(IServiceCollection services)
    {
        services.AddSingleton<TermsBook>();
        services.AddSingleton<AddTerms>();
        services.AddSingleton<SnapshotReader>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton<Seed>();
        services.AddSingleton<KeyMaker>();
        services.AddSingleton<Papers>();
        services.AddSingleton<ChannelSecretMaker>();
        services.AddSingleton<ChannelHttpClients>();
        services.AddSingleton<ChannelTokens>();
        services.AddSingleton<ChannelSessions>();
        services.AddSingleton(s => new OwnAddress(s.GetRequiredService<PageAddress>().RootOrNothing));
        services.AddSingleton<SandboxMerchants>();
        services.AddSingleton<People>();
        services.AddSingleton<NewOrder>();
        services.AddSingleton<TradeReads>();
        services.AddSingleton<OrderQueries>();
        services.AddSingleton<OrderLists>();
        services.AddSingleton<OrderFinder>();
        services.AddSingleton<OrderClockSignal>();
        services.AddSingleton<RailPace>();
        services.AddSingleton<DueOrders>();
        services.AddSingleton<ReadListings>();
        services.AddSingleton<ExpireByListing>();
        services.AddSingleton<OrderClock>();
        services.AddSingleton<NumberPool>();
        services.AddSingleton<NumberCases>();
        services.AddSingleton<UnpaidPayIns>();
        services.AddSingleton<AfterRestore>();
        services.AddSingleton<RaiseCases>();
        services.AddSingleton<OpenCases>();
        services.AddSingleton<ConfigurationCases>();
        services.AddSingleton<CallLeases>();
        services.AddSingleton<ChannelHealth>();
        services.AddSingleton<HealthCases>();
        services.AddSingleton<Pots>();
        services.AddSingleton<PotReadings>();
        services.AddSingleton<ParkedSignal>();
        services.AddSingleton<ReadBalances>();
        services.AddSingleton<FloatCases>();
        services.AddSingleton<ParkedOrders>();
        services.AddSingleton<TellBalance>();
        services.AddSingleton<RailCalls>();
        services.AddSingleton<AccountTrial>();
        services.AddSingleton<RailStatements>();
        services.AddSingleton<WaitingStatements>();
        services.AddSingleton<Decisions>();
        services.AddSingleton<EndAtRails>();
        services.AddSingleton<OrderCommands>();
        services.AddSingleton<Senders>();
        services.AddSingleton<Reseal>();
        services.AddSingleton<RailTotals>();
        services.AddSingleton<RailHints>();
        services.AddSingleton<CallbackLimits>();
        services.AddSingleton<LastCallbacks>();
        services.AddSingleton<ChannelCallbacks>();
        services.AddSingleton<RailAnswers>();
        services.AddSingleton<PayInAttempts>();
        services.AddSingleton<HeldPayIns>();
        services.AddSingleton<PayInCreation>();
        services.AddSingleton<PersonMarks>();
        services.AddSingleton<BlockEntries>();
        services.AddSingleton<SendGuard>();
        services.AddSingleton<PayoutCreation>();
        services.AddSingleton<HeldPayouts>();
        services.AddSingleton<HeldReads>();
        services.AddSingleton<RefundReads>();
        services.AddSingleton<LinkAddress>();
        services.AddSingleton<LinkReads>();
        services.AddSingleton<WithheldReads>();
        services.AddSingleton<RefundCreation>();
        services.AddSingleton<PayoutCascade>();
        services.AddSingleton<Retries>();
        services.AddSingleton<Reopening>();
        services.AddSingleton<CancelledForFunds>();
        services.AddSingleton<SettlementRun>();
        services.AddSingleton<CalendarPreview>();
        services.AddSingleton<LedgerCheck>();
        services.AddSingleton<AssignSuspense>();
        services.AddSingleton<UndoAssignment>();
        services.AddSingleton<FinishCrossings>();
        services.AddSingleton<Housekeeping>();
        services.AddSingleton<HourlyCounts>();
    }

    private static void AddLoops(IServiceCollection services)
    {
        services.AddDeliveries();
        services.AddAccessLoops();
        services.AddDisputeLoops();
        services.AddBookLoops();
        services.AddRefundLoops();
        services.AddCallLoops();
        services.AddLoop("order clock", s => s.GetRequiredService<OrderClock>().RunOnceAsync, OrderClock.PollEvery, s => s.GetRequiredService<OrderClockSignal>(), OrderClock.IdlePollEvery);
        services.AddLoop("listings", s => s.GetRequiredService<ReadListings>().RunOnceAsync, ReadListings.Every);
        services.AddLoop("balances", s => s.GetRequiredService<ReadBalances>().RunOnceAsync, ReadBalances.Every);
        services.AddLoop("parked orders", s => s.GetRequiredService<ParkedOrders>().RunOnceAsync, ParkedOrders.Every, s => s.GetRequiredService<ParkedSignal>());
        services.AddLoop("hold warnings", s => s.GetRequiredService<HoldWarnings>().RunOnceAsync, HoldWarnings.Every);
        services.AddLoop("payout files", s => s.GetRequiredService<PayoutFileWork>().RunOnceAsync, PayoutFileWork.Every);
        services.AddLoop("files of lists", s => s.GetRequiredService<ListFileWork>().RunOnceAsync, ListFileWork.Every);
        services.AddLoop("float cases", s => s.GetRequiredService<FloatCases>().RunOnceAsync, FloatCases.Every);
        services.AddLoop("number cases", s => s.GetRequiredService<NumberCases>().RunOnceAsync, NumberCases.Every);
        services.AddLoop("settlement", s => s.GetRequiredService<SettlementRun>().RunOnceAsync, TimeSpan.FromMinutes(1));
        services.AddLoop("ledger check", s => s.GetRequiredService<LedgerCheck>().RunOnceAsync, LedgerCheck.Every);
        services.AddLoop("waiting statements", s => s.GetRequiredService<WaitingStatements>().RunOnceAsync, WaitingStatements.Every);
        services.AddLoop("crossings", s => s.GetRequiredService<FinishCrossings>().RunOnceAsync, FinishCrossings.Every);
        services.AddLoop("merchant screening", s => s.GetRequiredService<MerchantScreening>().RunOnceAsync, MerchantScreening.Every);
        services.AddLoop("withdrawal screening", s => s.GetRequiredService<WithdrawalScreening>().RunOnceAsync, WithdrawalScreening.Every);
        services.AddLoop("decisions", s => s.GetRequiredService<CarryOutDecisions>().RunOnceAsync, CarryOutDecisions.Every);
        services.AddLoop("hourly counts", s => s.GetRequiredService<HourlyCounts>().RunOnceAsync, HourlyCounts.Every);
        services.AddLoop("housekeeping", s => s.GetRequiredService<Housekeeping>().RunOnceAsync, Housekeeping.Every);
    }
}
