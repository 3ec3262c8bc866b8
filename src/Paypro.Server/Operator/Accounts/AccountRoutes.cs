using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator.Accounts;

/// <summary>The screens of channel accounts, and what each needs.</summary>
internal static class AccountRoutes
{
    private const string Root = "/operator/channels", One = Root + "/{no:long}";

    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links = [(Permissions.ChannelsSee, new ScreenLink(Root, "Channels"))];

    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", Root, Permissions.ChannelsSee, v => Screens(v).ListAsync(v)),
        ("GET", Root + "/new", Permissions.ChannelsEdit, v => Screens(v).NewAsync(v)),
        ("POST", Root, Permissions.ChannelsEdit, v => Screens(v).AddAsync(v)),
        ("GET", One, Permissions.ChannelsSee, v => Screens(v).OverviewAsync(v)),
        ("POST", One + "/stop", Permissions.ChannelsStop, v => Screens(v).StopAsync(v)),
        ("POST", One + "/reopen", Permissions.ChannelsSwitch, v => Screens(v).ReopenAsync(v)),
        ("POST", One + "/end-recovery", Permissions.ChannelsSwitch, v => Screens(v).EndRecoveryAsync(v)),
        ("POST", One + "/rename", Permissions.ChannelsEdit, v => Screens(v).RenameAsync(v)),
        ("POST", One + "/check", Permissions.ChannelsCheck, v => Screens(v).CheckAsync(v)),
        ("POST", One + "/activate", Permissions.ChannelsEdit, v => Screens(v).ActivateAsync(v)),
        ("GET", One + "/settings", Permissions.ChannelsSee, v => Screens(v).SettingsAsync(v)),
        ("POST", One + "/settings", Permissions.ChannelsEdit, v => Screens(v).ChangeSettingsAsync(v)),
        ("GET", One + "/secrets", Permissions.ChannelsSee, v => Screens(v).SecretsAsync(v)),
        ("POST", One + "/secrets", Permissions.ChannelsEdit, v => Screens(v).AddSecretAsync(v)),
        ("POST", One + "/secrets/end", Permissions.ChannelsStop, v => Screens(v).EndSecretAsync(v)),
        ("GET", One + "/float", Permissions.ChannelsSee, v => Float(v).ShowAsync(v)),
        ("POST", One + "/float/read", Permissions.ChannelsCheck, v => Float(v).ReadAsync(v)),
        ("POST", One + "/float/tell", Permissions.BalancesTell, v => Float(v).TellAsync(v)),
        ("POST", One + "/float/propose", Permissions.BalancesTell, v => Float(v).ProposeAsync(v)),
        ("POST", One + "/float/levels", Permissions.ChannelsEdit, v => Float(v).LevelsAsync(v)),
        ("POST", One + "/float/lower", Permissions.ChannelsEdit, v => Float(v).ProposeLevelsAsync(v)),
        ("POST", One + "/float/add", Permissions.ChannelsEdit, v => Float(v).AddAsync(v)),
        ("GET", One + "/ways", Permissions.ChannelsSee, v => Screens(v).WaysAsync(v)),
        ("POST", One + "/ways", Permissions.ChannelsEdit, v => Screens(v).ChangeWayAsync(v)),
        ("POST", One + "/ways/close", Permissions.ChannelsStop, v => Screens(v).StopWayAsync(v)),
        .. BankRoutes.All,
        ("GET", One + "/numbers", Permissions.ChannelsSee, v => Service(v).NumbersAsync(v)),
        ("GET", One + "/maintenance", Permissions.ChannelsSee, v => Service(v).MaintenanceAsync(v)),
        ("POST", One + "/maintenance", Permissions.ChannelsSwitch, v => Service(v).AddAsync(v)),
        ("POST", One + "/maintenance/end", Permissions.ChannelsSwitch, v => Service(v).EndAsync(v)),
    ];

    public static void AddChannelAccounts(this IServiceCollection services)
    {
        services.AddSingleton<AccountSettings>();
        services.AddSingleton<AccountChanges>();
        services.AddSingleton<AccountReads>();
        services.AddSingleton<AccountActions>();
        services.AddSingleton<AccountScreens>();
        services.AddSingleton<FloatScreens>();
        services.AddBankTables();
        services.AddSingleton<PotChanges>();
        services.AddSingleton<NumberReads>();
        services.AddSingleton<Maintenance>();
        services.AddSingleton<ServiceScreens>();
        services.AddSingleton<IProposalKind, SettingsChange>();
        services.AddSingleton<IProposalKind, AccountReopen>();
        services.AddSingleton<IProposalKind, RecoveryEnd>();
        services.AddSingleton<RecoveryBegin>();
        services.AddSingleton<IProposalKind, SecretAdd>();
        services.AddSingleton<IProposalKind, WayChange>();
        services.AddSingleton<IProposalKind, BalanceTelling>();
        services.AddSingleton<IProposalKind, PotLevelsChange>();
    }

    private static AccountScreens Screens(Visit visit) => visit.Http.RequestServices.GetRequiredService<AccountScreens>();

    private static ServiceScreens Service(Visit visit) => visit.Http.RequestServices.GetRequiredService<ServiceScreens>();

    private static FloatScreens Float(Visit visit) => visit.Http.RequestServices.GetRequiredService<FloatScreens>();
}
