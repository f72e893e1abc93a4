"""Pages of the desk's schedules: the week plan, an agent's own schedule, and on-call rotas.

Typed contexts are in components.py; week.py and rotas.py build them, forms.py has the forms. May
import routing and what the agent pages share. The views are in helpdesk/agent/views/.
"""
