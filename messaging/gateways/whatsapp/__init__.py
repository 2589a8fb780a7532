"""WhatsApp Cloud API: prove a webhook, read it, and send. Pure: no models, no database."""
