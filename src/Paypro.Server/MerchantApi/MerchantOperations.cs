using Paypro.Protocol.Countries;

namespace Paypro.Server.MerchantApi;

/// <summary>Which handler serves which kind of operation.</summary>
internal sealed class MerchantOperations(CreatePayInCall createPayIn, CreatePayoutCall createPayout, QueryOrderCall queryOrder, QueryBalanceCall queryBalance)
{
    public Task<ApiAnswer> RunAsync(MerchantRequest request) => request.Operation.Kind switch
    {
        OperationKind.CreatePayIn => createPayIn.RunAsync(request, hosted: false),
        OperationKind.CreateHostedPayIn => createPayIn.RunAsync(request, hosted: true),
        OperationKind.CreatePayout => createPayout.RunAsync(request),
        OperationKind.QueryPayIn or OperationKind.QueryPayout => queryOrder.RunAsync(request),
        OperationKind.QueryBalance => queryBalance.RunAsync(request),
        var kind => throw new InvalidOperationException($"No handler serves {kind}."),
    };
}
