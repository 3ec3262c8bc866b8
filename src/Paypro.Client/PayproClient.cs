namespace Paypro.Client;
