// CvatServerless on Azure: one Flex Consumption function app that serves the API and the web app on one origin,
// a storage account for its data and one for the host (package, leases, task hub), and an identity instead of keys.
targetScope = 'subscription'

@description('Name of the environment; part of every name.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region; it must offer Flex Consumption.')
param location string

@description('Object id of a user who gets the data roles for local runs against Azure; empty in CI.')
param principalId string = ''

@description('Memory of one instance, shared by host and worker. Unit: MB.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('Upper limit of instances.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Instances that are always there for HTTP; 0 lets the app go cold.')
param alwaysReadyHttp int = 0

@description('Requests that one instance serves at a time: concurrency times the largest request must fit into the memory.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 16

@description('Origin that clients see, where a front door or an own domain stands before the app; empty: the app\'s own.')
param publicUrl string = ''

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  name: 'identity'
  params: { name: 'id-${token}', location: location, tags: tags }
}

module hostStorage 'modules/storage.bicep' = {
  scope: group
  name: 'host-storage'
  params: { name: 'sthost${token}', location: location, tags: tags, containers: ['app-package'] }
}

module dataStorage 'modules/storage.bicep' = {
  scope: group
  name: 'data-storage'
  params: { name: 'stdata${token}', location: location, tags: tags, expiringPrefixes: ['cvatserverless/exports/', 'cvatserverless/imports/'], softDeleteDays: 7 }
}

module roles 'modules/roles.bicep' = {
  scope: group
  name: 'roles'
  params: {
    hostAccount: hostStorage.outputs.name
    dataAccount: dataStorage.outputs.name
    appPrincipalId: identity.outputs.principalId
    userPrincipalId: principalId
  }
}

module monitor 'modules/monitor.bicep' = {
  scope: group
  name: 'monitor'
  params: { name: token, location: location, tags: tags, publisherPrincipalId: identity.outputs.principalId }
}

module app 'modules/app.bicep' = {
  scope: group
  name: 'app'
  dependsOn: [roles]
  params: {
    name: 'func-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostAccount: hostStorage.outputs.name
    dataAccount: dataStorage.outputs.name
    insightsConnectionString: monitor.outputs.connectionString
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttp: alwaysReadyHttp
    httpConcurrency: httpConcurrency
    publicUrl: publicUrl
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_API_NAME string = app.outputs.name
output API_BASE_URL string = app.outputs.url
output DATA_STORAGE_ACCOUNT string = dataStorage.outputs.name
