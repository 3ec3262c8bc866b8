namespace Paypro.Server.Operator;

/// <summary>What is proposed to operators, in words. The first column is the proposal's kind.</summary>
internal static class ProposalWords
{
    /// <summary>What shall be done; a kind that has no words is shown by its own name.</summary>
    public static string Of(string kind) => kind switch
    {
        "dispute.win" => "Win a dispute",
        "hold.raise" => "Let greater payouts go by themselves",
        "user.give-role" => "Give a role",
        "withdrawal.decide" => "Decide a withdrawal",
        "bank.add" => "Add a bank account",
        "ledger.transfer" => "Transfer by hand",
        "month.close" => "Close a month",
        "merchant.approve" => "Approve a merchant",
        "merchant.close" => "Close a merchant",
        "merchant.reopen" => "Reopen a merchant",
        "limit.raise" => "Raise a daily limit",
        "terms.add" => "Set new terms",
        "rule.loosen" => "Loosen a rule",
        "blocklist.remove" => "Take from the block list",
        "token.approve" => "Approve a token",
        "payin.reopen" => "Open an expired pay-in again",
        "routing.rule" => "Change a routing rule",
        "calendar.change" => "Change a calendar",
        "user.reset-factor" => "Reset a second factor",
        "channel.way" => "Change a way of a channel account",
        "channel.settings" => "Change the settings of a channel account",
        "channel.reopen" => "Open a channel account",
        "channel.end-recovery" => "End the recovery of a channel account",
        "channel.secret" => "Add a secret of a channel account",
        "balance.tell" => "Tell a balance",
        "pot.levels" => "Change when a balance warns",
        "outcome.decide" => "Decide what became of a payment",
        "suspense.assign" => "Assign money to an order",
        "suspense.return" => "Send money back",
        "statements.decide" => "Decide about a statement",
        "holds.decide" => "Decide about what is held",
        _ => kind,
    };
}
