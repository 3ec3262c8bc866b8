using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;

namespace Paypro.Server.MerchantApi;

/// <summary>Which handler serves which kind of operation.</summary>
internal sealed class MerchantOperations(
    CreatePayInCall createPayIn, CreatePayoutCall createPayout, QueryOrderCall queryOrder, QueryByCodeCall queryByCode, QueryBalanceCall queryBalance,
    VerifyAccountCall verifyAccount, ProofCall proof, SubmitReferenceCall submitReference, RequestAge age)
{
    /// <summary>
    /// A request with a bad field. What is bad today (a bank that is not listed) may be good tomorrow, so a payout is remembered
    /// here as well.
    /// </summary>
    public async Task<ApiAnswer> RefuseAsync(Merchant merchant, Operation operation, string sign, string sentence)
    {
        if (operation.Kind == OperationKind.CreatePayout)
        {
            await age.RememberRefusedAsync(merchant, sign, timestampMs: null);
        }

        return new ApiAnswer.Refused(sentence);
    }

    public Task<ApiAnswer> RunAsync(MerchantRequest request) => request.Operation.Kind switch
    {
        OperationKind.CreatePayIn => createPayIn.RunAsync(request, hosted: false),
        OperationKind.CreateHostedPayIn => createPayIn.RunAsync(request, hosted: true),
        OperationKind.CreatePayout => createPayout.RunAsync(request),
        OperationKind.QueryPayIn or OperationKind.QueryPayout => queryOrder.RunAsync(request),
        OperationKind.QueryByCode => queryByCode.RunAsync(request),
        OperationKind.QueryBalance => queryBalance.RunAsync(request),
        OperationKind.VerifyAccount => verifyAccount.RunAsync(request),
        OperationKind.Proof => proof.RunAsync(request),
        OperationKind.SubmitReference => submitReference.RunAsync(request),
        var kind => throw new InvalidOperationException($"No handler serves {kind}."),
    };
}
