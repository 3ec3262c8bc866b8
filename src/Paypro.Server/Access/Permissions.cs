using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>How far a role may go.</summary>
internal enum Grant
{
    None,

    /// <summary>Does it.</summary>
    May,

    /// <summary>Proposes it; somebody else must approve.</summary>
    Proposes,

    /// <summary>Proposes it, and approves what others proposed.</summary>
    Approves,
}

/// <summary>
/// Who may do what. Every page and every call names one permission of one realm; a test holds <c>docs/operating/people.md</c> against these tables.
/// </summary>
internal static class Permissions
{
    public const string OverviewSee = "overview.see";
    public const string MerchantsSee = "merchants.see";
    public const string MerchantsEdit = "merchants.edit";
    public const string MerchantsStop = "merchants.stop";
    public const string MerchantsReopen = "merchants.reopen";
    public const string MerchantsClose = "merchants.close";
    public const string KybDecide = "kyb.decide";
    public const string OwnersInvite = "owners.invite";
    public const string TermsEdit = "terms.edit";
    public const string KeysStop = "keys.stop";
    public const string ProposalsSee = "proposals.see";
    public const string UsersEdit = "users.edit";
    public const string UsersStop = "users.stop";
    public const string TokensEdit = "tokens.edit";
    public const string TokensStop = "tokens.stop";
    public const string AuditSee = "audit.see";
    public const string CasesSee = "cases.see";
    public const string CasesEdit = "cases.edit";
    public const string OrdersAsk = "orders.ask";
    public const string OrdersExpire = "orders.expire";
    public const string OrdersRetry = "orders.retry";
    public const string OrdersReopen = "orders.reopen";
    public const string SuspenseAssign = "suspense.assign";
    public const string SuspenseReturn = "suspense.return";
    public const string StatementsDecide = "statements.decide";
    public const string OutcomeDecide = "outcome.decide";
    public const string HoldsDecide = "holds.decide";
    public const string BlockListEdit = "blocklist.edit";
    public const string DisputesEdit = "disputes.edit";
    public const string RulesEdit = "rules.edit";

    public const string ChannelsSee = "channels.see";
    public const string RoutingSee = "routing.see";
    public const string ChannelsStop = "channels.stop";
    public const string ChannelsCheck = "channels.check";
    public const string ChannelsSwitch = "channels.switch";
    public const string ChannelsEdit = "channels.edit";
    public const string RoutingEdit = "routing.edit";
    public const string BalancesTell = "balances.tell";
    public const string HolidaysEdit = "holidays.edit";
    public const string BanksEdit = "banks.edit";
    public const string MonthClose = "month.close";
    public const string LedgerSee = "ledger.see";
    public const string LedgerTransfer = "ledger.transfer";
    public const string DestinationConfirm = "destination.confirm";
    public const string WithdrawalsApprove = "withdrawals.approve";

    public const string KeysReveal = "keys.reveal";
    public const string KeysEdit = "keys.edit";
    public const string BalanceSee = "balance.see";
    public const string DestinationEdit = "destination.edit";
    public const string OwnBlockListEdit = "blocklist.own";
    public const string WithdrawalsCreate = "withdrawals.create";
    public const string PayoutsCreate = "payouts.create";
    public const string PayoutsApprove = "payouts.approve";
    public const string StatementSee = "statement.see";
    public const string SettlementsSee = "settlements.see";
    public const string PolicyEdit = "policy.edit";
    public const string PapersEdit = "papers.edit";
    public const string OrdersSee = "orders.see";
    public const string PayInsRefund = "payins.refund";
    public const string DisputesAnswer = "disputes.answer";
    public const string LinksSee = "links.see";
    public const string LinksCreate = "links.create";
    public const string NotificationsSee = "notifications.see";
    public const string NotificationsResend = "notifications.resend";
    public const string ListsExport = "lists.export";
    public const string PeopleReveal = "people.reveal";
    public const string RequestsSee = "requests.see";
    public const string NotifyUrlsEdit = "notifyUrls.edit";
    public const string AllowListEdit = "allowList.edit";
    public const string SandboxAct = "sandbox.act";
    public const string BrandEdit = "brand.edit";

    /// <summary>The roles of operators, in the order of the columns.</summary>
    public static readonly IReadOnlyList<Role> OperatorRoles = [Role.Admin, Role.Operations, Role.Finance, Role.Risk, Role.Support, Role.Auditor];

    /// <summary>The roles of merchants' users, in the order of the columns.</summary>
    public static readonly IReadOnlyList<Role> MerchantRoles = [Role.Owner, Role.Developer, Role.MerchantFinance, Role.MerchantSupport];

    /// <summary>Name, whether a fresh second factor is asked for, and a letter for each role: y may, p proposes, a approves too, . not.</summary>
    public static readonly IReadOnlyList<(string Name, bool StepUp, string Grants)> Operator =
    [
        (OverviewSee, false, "yyyyyy"),
        (MerchantsSee, false, "yyyyyy"),
        (ProposalsSee, false, "yyyyyy"),
        (AuditSee, false, "y..y.y"),
        (CasesSee, false, "yyyyyy"),
        (OrdersSee, false, "yyyyyy"),
        (CasesEdit, false, "yyyyy."),
        (OrdersAsk, false, "yyyyy."),
        (OrdersExpire, false, ".yy..."),
        (OrdersRetry, false, ".yy..."),
        (OrdersReopen, true, ".aa..."),
        (SuspenseAssign, true, ".aa..."),
        (SuspenseReturn, true, ".aa..."),
        (StatementsDecide, true, ".aa..."),
        (OutcomeDecide, true, ".aa..."),
        (LedgerSee, false, "yyyy.y"),
        (ListsExport, false, "yyyy.y"),
        (MerchantsEdit, false, "yy...."),
        (OwnersInvite, true, "yy...."),
        (MerchantsStop, false, "yyyy.."),
        (KeysStop, false, "yyyy.."),
        (UsersStop, false, "yyyy.."),
        (TokensStop, false, "yyyy.."),
        (MerchantsReopen, true, "a..a.."),
        (MerchantsClose, true, "a..a.."),
        (KybDecide, true, "a..a.."),
        (BlockListEdit, false, "a..a.."),
        (RulesEdit, true, "a..a.."),
        (DisputesEdit, false, "a..a.."),
        (HoldsDecide, true, "a..a.."),
        (PeopleReveal, true, "yy.yy."),
        (TermsEdit, true, "p.aa.."),
        (ChannelsSee, false, "yyyyyy"),
        (RoutingSee, false, "yyyyyy"),
        (ChannelsStop, false, "yyyy.."),
        (ChannelsCheck, false, "yyyy.."),
        (ChannelsSwitch, false, "aa.a.."),
        (ChannelsEdit, true, "aa...."),
        (RoutingEdit, true, "aa...."),
        (BalancesTell, true, "a.a..."),
        (HolidaysEdit, false, "aa...."),
        (BanksEdit, false, "yy...."),
        (LedgerTransfer, true, "..a..."),
        (MonthClose, true, "..a..."),
        (PayoutsApprove, true, "..yy.."),
        (DestinationConfirm, true, "..yy.."),
        (WithdrawalsApprove, true, ".aa..."),
        (UsersEdit, true, "a....."),
        (TokensEdit, true, "a....."),
    ];

    /// <summary>The same for merchants' users.</summary>
    public static readonly IReadOnlyList<(string Name, bool StepUp, string Grants)> Merchant =
    [
        (OrdersSee, false, "yyyy"),
        (LinksSee, false, "yyyy"),
        (LinksCreate, false, "yyyy"),
        (NotificationsSee, false, "yyyy"),
        (NotificationsResend, false, "yy.y"),
        (BalanceSee, false, "y.y."),
        (StatementSee, false, "y.y."),
        (SettlementsSee, false, "y.y."),
        (PayoutsCreate, true, "a.a."),
        (PayInsRefund, true, "a.a."),
        (DisputesAnswer, false, "y.yy"),
        (DestinationEdit, true, "a.a."),
        (OwnBlockListEdit, true, "a.a."),
        (WithdrawalsCreate, true, "y.y."),
        (PapersEdit, false, "y..."),
        (ListsExport, false, "y.y."),
        (PeopleReveal, true, "y.yy"),
        (KeysReveal, true, "yy.."),
        (KeysEdit, true, "yy.."),
        (NotifyUrlsEdit, true, "yy.."),
        (AllowListEdit, true, "yy.."),
        (RequestsSee, false, "yy.."),
        (SandboxAct, false, "yy.."),
        (BrandEdit, false, "yy.."),
        (UsersEdit, true, "y..."),
        (AuditSee, false, "y..."),
        (PolicyEdit, true, "a..."),
    ];

    private static readonly Dictionary<(Role, string), Grant> Granted = Read(OperatorRoles, Operator).Concat(Read(MerchantRoles, Merchant)).ToDictionary();

    private static readonly HashSet<string> SteppingUp = [.. Operator.Concat(Merchant).Where(p => p.StepUp).Select(p => p.Name)];

    public static Realm RealmOf(Role role) => OperatorRoles.Contains(role) ? Realm.Operator : Realm.Merchant;

    public static Grant Of(Role role, string permission) => Granted.GetValueOrDefault((role, permission));

    /// <summary>The furthest of several roles.</summary>
    public static Grant Of(IEnumerable<Role> roles, string permission) => roles.Select(role => Of(role, permission)).DefaultIfEmpty(Grant.None).Max();

    /// <summary>Whether it needs a second factor that was given within the last minutes.</summary>
    public static bool NeedsStepUp(string permission) => SteppingUp.Contains(permission);

    private static IEnumerable<KeyValuePair<(Role, string), Grant>> Read(IReadOnlyList<Role> roles, IReadOnlyList<(string Name, bool StepUp, string Grants)> table) =>
        from line in table
        from column in Enumerable.Range(0, roles.Count)
        select KeyValuePair.Create((roles[column], line.Name), line.Grants[column] switch
        {
            'y' => Grant.May,
            'p' => Grant.Proposes,
            'a' => Grant.Approves,
            '.' => Grant.None,
            var letter => throw new InvalidOperationException($"'{letter}' is no grant."),
        });
}
